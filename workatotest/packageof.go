package workatotest

import "fmt"

// PackageOf makes the zip of a package, for tests of jobs that import one: it holds
// what an export of the customer's Home folder would. Only the content of the
// customer counts, written as in a seed; recipes, connections and tables with a
// Folder are in that folder of the package. The same content gives the same bytes.
// The error names what is wrong in the content, or says that there is nothing.
func PackageOf(content Customer) ([]byte, error) {
	fake := NewServer()
	defer fake.Close()
	if err := fake.Seed(State{Customers: []*Customer{&content}}); err != nil {
		return nil, fmt.Errorf("workatotest: %w", err)
	}
	fake.mu.Lock()
	defer fake.mu.Unlock()
	ws := fake.state.Customers[0]
	pack, err := packAssets(ws, ws.RootFolderID, newPacking(ws, ws.RootFolderID).assets(), true)
	if err != nil {
		return nil, fmt.Errorf("workatotest: %w", err)
	}
	return pack, nil
}
