package embed_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var goBlock = regexp.MustCompile("(?s)```go\n(.*?)```")

// The code of the page is in the examples, which are compiled and run. A line
// of three dots stands for omitted lines.
func TestPage(t *testing.T) {
	t.Parallel()
	flat := func(text []byte) string { return strings.Join(strings.Fields(string(text)), " ") }
	page, err := os.ReadFile("../docs/embedding.md")
	require.NoError(t, err)
	examples, err := os.ReadFile("example_test.go")
	require.NoError(t, err)
	blocks := goBlock.FindAllSubmatch(page, -1)
	require.Len(t, blocks, 3)
	for _, block := range blocks {
		for part := range strings.SplitSeq(string(block[1]), "\n...\n") {
			require.Contains(t, flat(examples), flat([]byte(part)))
		}
	}
}
