package provision

import (
	_ "embed"
	"errors"
	"html/template"
	"io"
	"slices"
	"strconv"
	"time"
)

//go:embed report.html
var reportHTML string

// Report is what a page shows. Parts that are nil are left out.
type Report struct {
	// Title stands at the top, "Workspaces" if it is empty.
	Title  string
	Health *Health
	Usage  *Usage
}

// maxRows is how many rows a table of the page has: more are counted.
const maxRows = 500

// WriteHTML writes the report as one page that needs nothing else: no script, no
// address, no font. It is readable in a light and in a dark theme, and on paper.
func (r *Report) WriteHTML(w io.Writer) error {
	if r.Health == nil && r.Usage == nil {
		return badField("Report", "has neither Health nor Usage")
	}
	page := reportPage{Title: r.Title, Health: r.Health}
	if page.Title == "" {
		page.Title = "Workspaces"
	}
	if h := r.Health; h != nil {
		page.At = h.At
		var bars []bar
		for _, class := range HealthClasses() {
			bars = append(bars, bar{Label: string(class), Value: int64(h.Connections[class]), Class: healthColor(class)})
		}
		page.Connections = newChart("Connections by health", bars)
		page.Problems, page.MoreProblems = firstRows(h.Problems)
		page.Stopped, page.MoreStopped = firstRows(h.Stopped)
	}
	if u := r.Usage; u != nil {
		page.At = u.At
		var bars []bar
		for _, month := range withoutGaps(u.Months) {
			bars = append(bars, bar{Label: month.Month, Value: month.Tasks, Class: "plain"})
		}
		page.Months = newChart("Tasks by month", bars)
		busy := slices.DeleteFunc(slices.Clone(u.Customers), func(c CustomerUsage) bool { return c.Tasks == 0 })
		page.Idle = len(u.Customers) - len(busy)
		page.Customers, page.MoreCustomers = firstRows(busy)
		page.HasUsage = true
	}
	if err := reportTemplate.Execute(w, page); err != nil {
		return errors.Join(errors.New("provision: the page was not written"), err)
	}
	return nil
}

// maxBars is how many months a chart has at most for the sake of those without a task.
const maxBars = 24

// withoutGaps adds the months without a task that are between others.
func withoutGaps(months []UsageMonth) (all []UsageMonth) {
	const form = "2006-01"
	for _, month := range months {
		for len(all) > 0 && len(all) < maxBars {
			last, err := time.Parse(form, all[len(all)-1].Month)
			next := last.AddDate(0, 1, 0).Format(form)
			if err != nil || next >= month.Month {
				break
			}
			all = append(all, UsageMonth{Month: next})
		}
		all = append(all, month)
	}
	return all
}

var reportTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"grouped": grouped,
	"int64":   func(n int) int64 { return int64(n) },
	"when":    func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") },
}).Parse(reportHTML))

// reportPage is what the template shows.
type reportPage struct {
	Title                                    string
	At                                       time.Time
	Health                                   *Health
	Connections, Months                      chart
	Problems                                 []ConnectionProblem
	Stopped                                  []RecipeProblem
	Customers                                []CustomerUsage
	MoreProblems, MoreStopped, MoreCustomers int
	Idle                                     int
	HasUsage                                 bool
}

// bar is a row of a chart.
type bar struct {
	Label string
	Value int64
	Class string
	// Y and Width are in the units of the drawing.
	Y, Width int
}

// chart is a drawing of horizontal bars, one below the other.
type chart struct {
	Title  string
	Bars   []bar
	Height int
}

const (
	barPitch    = 28
	barMaxWidth = 420
)

func newChart(title string, bars []bar) chart {
	most := int64(1)
	for _, b := range bars {
		most = max(most, b.Value)
	}
	for i := range bars {
		bars[i].Y = i * barPitch
		// A value that is not 0 is seen, however small.
		bars[i].Width = int(float64(bars[i].Value) / float64(most) * barMaxWidth)
		if bars[i].Value > 0 {
			bars[i].Width = max(bars[i].Width, 2)
		}
	}
	return chart{Title: title, Bars: bars, Height: len(bars) * barPitch}
}

func healthColor(class ConnectionHealth) string {
	switch class {
	case HealthGood:
		return "good"
	case HealthNew:
		return "wait"
	case HealthFailed, HealthLost:
	}
	return "bad"
}

func firstRows[T any](rows []T) (shown []T, more int) {
	if len(rows) <= maxRows {
		return rows, 0
	}
	return rows[:maxRows], len(rows) - maxRows
}

// grouped writes 1234567 as 1,234,567.
func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
