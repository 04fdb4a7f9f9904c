package workatotest

import (
	"cmp"
	"path"
	"strconv"
	"strings"
	"unicode"
)

// cutName cuts the name of a file in a package: "sync.recipe.json" is the
// recipe sync. A name that has no type, "README.md", is all stem.
func cutName(base string) (stem, typ, ext string) {
	rest, ext := cutLast(base)
	stem, typ = cutLast(rest)
	if stem == "" || typ == "" {
		return base, "", ""
	}
	return stem, typ, ext
}

// cutLast cuts a name at its last dot.
func cutLast(name string) (before, after string) {
	if dot := strings.LastIndexByte(name, '.'); dot > 0 {
		return name[:dot], name[dot+1:]
	}
	return "", ""
}

// comparePaths sorts the files of a package by folder and name, and those that
// differ only by the number at the end (a, a_2, a_10) by the number, which
// reflects their order.
func comparePaths(a, b string) int {
	dirA, baseA := path.Split(a)
	dirB, baseB := path.Split(b)
	stemA, numberA := cutNumber(baseA)
	stemB, numberB := cutNumber(baseB)
	return cmp.Or(cmp.Compare(dirA, dirB), cmp.Compare(stemA, stemB), cmp.Compare(numberA, numberB), cmp.Compare(baseA, baseB))
}

func cutNumber(base string) (stem string, number int) {
	stem, _, _ = cutName(base)
	if last := strings.LastIndexByte(stem, '_'); last > 0 {
		if n, err := strconv.Atoi(stem[last+1:]); err == nil && n > 1 {
			return stem[:last], n
		}
	}
	return stem, 1
}

// zipNames assigns the paths of files in a package, each once.
type zipNames map[string]bool

// of is a path that is free with all suffixes: "Billing/sync", or "Billing/sync_2"
// where another recipe has the first.
func (names zipNames) of(base string, suffixes ...string) string {
	free := func(stem string) bool {
		for _, suffix := range suffixes {
			if names[stem+suffix] {
				return false
			}
		}
		return true
	}
	unique := base
	for n := 2; !free(unique); n++ {
		unique = base + "_" + strconv.Itoa(n)
	}
	for _, suffix := range suffixes {
		names[unique+suffix] = true
	}
	return unique
}

// dirOf is the path of the folder that a file of a package is in, "" for none.
func dirOf(zipName string) string {
	return zipName[:max(0, strings.LastIndexByte(zipName, '/'))]
}

// folderPathOf is the path from one folder down to another with a trailing
// slash, "" for the folder itself and for folders elsewhere.
func folderPathOf(ws *Customer, top, id int64) string {
	dir := ""
	for id != top {
		f := folder(ws, id)
		if f == nil {
			return ""
		}
		dir = f.Name + "/" + dir
		id = f.ParentID
	}
	return dir
}

// fileName writes a name as packages do: in lower case, every run of characters
// other than letters and digits as one underscore, none at the ends.
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
