package sqliteledger_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/provision/sqliteledger"
)

// A rollout keeps its rows in a file, and any program that knows SQLite can count them
// meanwhile. See provision.Rollout for what is done with a ledger.
func ExampleOpen() {
	dir, err := os.MkdirTemp("", "ledger")
	check(err)
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "rollout.db")
	ledger := sqliteledger.Open(path)
	defer ledger.Close()

	ctx := context.Background()
	lease, err := ledger.Acquire(ctx, "billing-2.4.0", provision.Self(), time.Minute)
	check(err)
	check(lease.Begin(ctx, &provision.Header{Release: "billing 2.4.0"}))
	_, err = lease.Enroll(ctx, []provision.Target{{Customer: workato.ExternalID("acme")}, {Customer: workato.ExternalID("globex")}})
	check(err)

	db, err := sql.Open("sqlite", path)
	check(err)
	defer db.Close()
	var state string
	var n int
	check(db.QueryRow("SELECT state, count(*) FROM customer GROUP BY state").Scan(&state, &n))
	fmt.Println(state, n)
	// Output: pending 2
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
