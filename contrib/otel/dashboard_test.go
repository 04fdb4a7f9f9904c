package otel_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// prometheus returns the names under which Prometheus stores the metrics that
// were measured, with the labels of each.
func prometheus(found map[string]metricdata.Aggregation) map[string][]string {
	series := map[string][]string{}
	for name, data := range found {
		name = strings.ReplaceAll(name, ".", "_")
		labels := []string{"le"}
		for _, set := range sets(data) {
			for _, kv := range set.ToSlice() {
				labels = append(labels, strings.ReplaceAll(string(kv.Key), ".", "_"))
			}
		}
		switch d := data.(type) {
		case metricdata.Histogram[float64]: // all are in seconds
			for _, part := range []string{"_bucket", "_count", "_sum"} {
				series[name+"_seconds"+part] = labels
			}
		case metricdata.Sum[int64]:
			if d.IsMonotonic {
				name += "_total"
			}
			series[name] = labels
		default:
			series[name] = labels
		}
	}
	return series
}

var (
	metricName = regexp.MustCompile(`\b(?:http|workato)_[a-z_]+\b`)
	grouping   = regexp.MustCompile(`\bby \(([^)]*)\)`)
	selector   = regexp.MustCompile(`\{([a-z_]+)\s*[!=]`)
	legend     = regexp.MustCompile(`\{\{([a-z_]+)\}\}`)
)

// TestDashboard: each query uses a metric that exists, by labels that it has.
func TestDashboard(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("dashboard.json")
	require.NoError(t, err)
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr, LegendFormat string }
		}
	}
	require.NoError(t, json.Unmarshal(text, &dashboard))
	synctest.Test(t, func(t *testing.T) {
		s := watch(t)
		scenario(t, s)
		series := prometheus(s.metrics())
		used := map[string]bool{}
		for _, panel := range dashboard.Panels {
			require.NotEmpty(t, panel.Targets, panel.Title)
			for _, target := range panel.Targets {
				labels := append(labelsOf(grouping, target.Expr), labelsOf(selector, target.Expr)...)
				names := slices.DeleteFunc(metricName.FindAllString(target.Expr, -1), func(name string) bool { return slices.Contains(labels, name) })
				require.NotEmpty(t, names, panel.Title)
				for _, name := range names {
					used[name] = true
					require.Contains(t, series, name, panel.Title)
					for _, label := range labels {
						assert.Contains(t, series[name], label, "%s: %s", panel.Title, name)
					}
				}
				for _, label := range labelsOf(legend, target.LegendFormat) {
					assert.Contains(t, labels, label, panel.Title)
				}
			}
		}
		for name := range series {
			base := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_count"), "_sum")
			assert.True(t, used[name] || used[base+"_bucket"], "no panel shows %s", name)
		}
	})
}

func labelsOf(pattern *regexp.Regexp, text string) (labels []string) {
	for _, match := range pattern.FindAllStringSubmatch(text, -1) {
		for label := range strings.SplitSeq(match[1], ",") {
			labels = append(labels, strings.TrimSpace(label))
		}
	}
	return labels
}
