package apitest

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/go-workato/workato"
)

// root is the directory of the module: tests run in the directory of their
// package.
var root = sync.OnceValue(func() string {
	dir, err := os.Getwd()
	for ; err == nil; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "testdata", "endpoints.json")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	panic(fmt.Sprintf("apitest: no testdata/endpoints.json above the working directory: %v", err))
})

// Fixture returns the text of a file below testdata/fixtures of the module.
func Fixture(name string) string {
	data, err := os.ReadFile(filepath.Join(root(), "testdata", "fixtures", filepath.FromSlash(name)))
	if err != nil {
		panic("apitest: " + err.Error())
	}
	return string(bytes.TrimSpace(data))
}

// Endpoint is a row of the ledger, testdata/endpoints.json: what the reference
// documents about an endpoint, typed or not.
type Endpoint struct {
	Operation  string `json:"operation"`
	Tier       string `json:"tier"`
	Service    string `json:"service"`
	Name       string `json:"name"`
	Method     string `json:"method"`
	Path       string `json:"path"`
	PerSecond  int    `json:"rate_limit_per_second"`
	PerMinute  int    `json:"rate_limit_per_minute"` // null: not stated
	Pagination string `json:"pagination"`
	Deprecated bool   `json:"deprecated"`
	// Effect is read, idempotent or create.
	Effect   string               `json:"effect"`
	Response workato.ResponseKind `json:"response"`
}

// Ledger returns the rows of the ledger in their order.
var Ledger = sync.OnceValue(func() []Endpoint {
	data, err := os.ReadFile(filepath.Join(root(), "testdata", "endpoints.json"))
	if err != nil {
		panic("apitest: " + err.Error())
	}
	var rows []Endpoint
	if err := json.Unmarshal(data, &rows); err != nil {
		panic("apitest: testdata/endpoints.json: " + err.Error())
	}
	return rows
})

// EndpointOf returns the row of an operation, the zero value if there is none.
func EndpointOf(operation string) Endpoint {
	for _, row := range Ledger() {
		if row.Operation == operation {
			return row
		}
	}
	return Endpoint{}
}

// Package is a small zip.
var Package = func() string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	file, err := w.Create("invoice.recipe.json")
	if err == nil {
		_, err = file.Write([]byte(`{"name": "Sync invoices"}`))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic("apitest: " + err.Error())
	}
	return b.String()
}()

// AwkwardID is an external id with a slash, a space, dots, a plus, a percent
// sign and a letter outside ASCII. AwkwardSegment is its path segment.
const (
	AwkwardID      = "a/b c.d+e%fé"
	AwkwardSegment = "Ea%2Fb%20c%2Ed%2Be%25f%C3%A9"
)
