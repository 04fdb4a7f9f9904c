// Command genpictures writes the pictures of the documentation: docs/call.svg
// and docs/parts.svg. "go generate" in the root of the module runs it.
package main

import (
	"log"
	"os"
	"path/filepath"
)

func main() {
	log.SetFlags(0)
	pictures, err := render(".")
	if err != nil {
		log.Fatal(err)
	}
	for name, content := range pictures {
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil { //nolint:gosec // documentation is for everybody
			log.Fatal(err)
		}
	}
}

// render returns the pictures of the module in a directory by their names.
func render(root string) (map[string]string, error) {
	call, err := callPicture()
	if err != nil {
		return nil, err
	}
	parts, err := partsPicture(root)
	if err != nil {
		return nil, err
	}
	return map[string]string{filepath.Join("docs", "call.svg"): call, filepath.Join("docs", "parts.svg"): parts}, nil
}
