package workato_test

import (
	"encoding/json"
	"flag"
	"math"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestParseCustomerID(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]workato.CustomerID{
		"98178": workato.AccountID(98178), "1": workato.AccountID(1), "9223372036854775807": workato.AccountID(math.MaxInt64),
		"EA2300": workato.ExternalID("A2300"), "E1": workato.ExternalID("1"), "EE": workato.ExternalID("E"),
		"E" + awkwardID: workato.ExternalID(awkwardID), "Ea%2Fb": workato.ExternalID("a%2Fb"), "E x": workato.ExternalID(" x"),
	} {
		got, err := workato.ParseCustomerID(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{
		"", "E", "0", "007", "0042", "-1", "+1", "A2300", "e1", "98178 ", " 98178", "9223372036854775808", "1.5",
		"0x10", "1_000", "٣",
	} {
		_, err := workato.ParseCustomerID(text)
		assertRefused(t, err, "customer")
	}
}

func TestCustomerIDTexts(t *testing.T) {
	t.Parallel()
	for want, id := range map[string]workato.CustomerID{
		"98178": workato.AccountID(98178), "EA2300": workato.ExternalID("A2300"), "E" + awkwardID: workato.ExternalID(awkwardID),
	} {
		assert.Equal(t, want, id.String())
		back, err := workato.ParseCustomerID(id.String())
		require.NoError(t, err)
		assert.Equal(t, id, back)
		text, err := json.Marshal(map[workato.CustomerID]workato.CustomerID{id: id}) // as a key and as a value
		require.NoError(t, err)
		quoted := strconv.Quote(want)
		assert.JSONEq(t, "{"+quoted+":"+quoted+"}", string(text))
		var decoded map[workato.CustomerID]workato.CustomerID
		require.NoError(t, json.Unmarshal(text, &decoded))
		assert.Equal(t, map[workato.CustomerID]workato.CustomerID{id: id}, decoded)
	}
	var zero workato.CustomerID
	assert.Empty(t, zero.String())
	for _, id := range []workato.CustomerID{zero, workato.AccountID(-1), workato.ExternalID("")} {
		_, err := json.Marshal(id)
		assert.ErrorIs(t, err, workato.ErrInvalidArgument)
	}
	id := workato.AccountID(1)
	require.ErrorIs(t, id.UnmarshalText([]byte("nobody")), workato.ErrInvalidArgument)
	assert.Equal(t, workato.AccountID(1), id, "a failed read changes nothing")

	flags := flag.NewFlagSet("x", flag.ContinueOnError)
	flags.TextVar(&id, "customer", workato.AccountID(1), "")
	require.NoError(t, flags.Parse([]string{"-customer", "EA2300"}))
	assert.Equal(t, workato.ExternalID("A2300"), id)
}

func TestCustomerIDIsComparable(t *testing.T) {
	t.Parallel()
	seen := map[workato.CustomerID]int{}
	for _, id := range []workato.CustomerID{
		workato.AccountID(7), workato.AccountID(7), workato.ExternalID("7"), workato.ExternalID("7"), workato.ExternalID("E7"), {},
	} {
		seen[id]++
	}
	assert.Equal(t, map[workato.CustomerID]int{workato.AccountID(7): 2, workato.ExternalID("7"): 2, workato.ExternalID("E7"): 1, {}: 1}, seen)
}

func TestPathSegment(t *testing.T) {
	t.Parallel()
	for want, id := range map[string]workato.CustomerID{
		"98178": workato.AccountID(98178), "EA2300": workato.ExternalID("A2300"), awkwardSegment: workato.ExternalID(awkwardID),
		"E%2E%2E": workato.ExternalID(".."), "E%2F": workato.ExternalID("/"), "E%252F": workato.ExternalID("%2F"), "E%00": workato.ExternalID("\x00"),
		"E%FF": workato.ExternalID("\xff"), "Eacme%2Ecom": workato.ExternalID("acme.com"), "E%3Fa%3Db%26c%23d%3Be": workato.ExternalID("?a=b&c#d;e"),
		"EaZ09-_~": workato.ExternalID("aZ09-_~"), "E%21%2A%27%28%29%40%3A%24%2C%2B": workato.ExternalID("!*'()@:$,+"),
	} {
		assert.Equal(t, want, id.PathSegment())
		back, err := url.PathUnescape(want)
		require.NoError(t, err)
		assert.Equal(t, id.String(), back)
	}
	assert.Empty(t, workato.CustomerID{}.PathSegment())
	assert.NotContains(t, workato.ExternalID(strings.Repeat("../", 20)).PathSegment(), ".")
}
