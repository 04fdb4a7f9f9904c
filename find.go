package workato

import "iter"

// Find returns the items of an All iterator that match, for example by name:
// names are not unique, so the caller decides which one is meant. It reads the
// whole list. The error is that of the list; the items found before it are
// returned too.
func Find[T any](items iter.Seq2[T, error], match func(T) bool) ([]T, error) {
	var found []T
	for item, err := range items {
		if err != nil {
			return found, err
		}
		if match(item) {
			found = append(found, item)
		}
	}
	return found, nil
}
