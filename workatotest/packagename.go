package workatotest

import (
	"strconv"
	"strings"
	"unicode"
)

// zipNames hands out names of files in a package, each once.
type zipNames map[string]bool

func (names zipNames) of(ws *Customer, top, folderID int64, name, suffix string) string {
	base := folderPathOf(ws, top, folderID) + fileName(name)
	unique := base + suffix
	for n := 2; names[unique]; n++ {
		unique = base + "_" + strconv.Itoa(n) + suffix
	}
	names[unique] = true
	return unique
}

// fileName writes a name the way packages do: in lower case, every run of
// other characters than letters and digits as one underscore, none at the ends.
// "TravelPort <> Ledger (EU)" becomes "travelport_ledger_eu".
//
// Unverified: what the service does with letters outside of ASCII. Here they
// stay, so that names in other scripts remain different from each other; a name
// without any letter or digit becomes "unnamed".
func fileName(name string) string {
	var out strings.Builder
	gap := false
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap = true
			continue
		}
		if gap && out.Len() > 0 {
			out.WriteByte('_')
		}
		gap = false
		out.WriteRune(unicode.ToLower(r))
	}
	if out.Len() == 0 {
		return "unnamed"
	}
	return out.String()
}
