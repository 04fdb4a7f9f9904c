package workato

import "iter"

// Find returns the items of an All iterator that match, so that a name can be
// told from an id: names are not unique, and which of two is meant is for the
// caller to say. It reads the whole list. The error is that of the list; what was
// found before it comes with it.
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
