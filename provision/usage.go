package provision

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/go-workato/workato"
)

// UsageMonth is how many tasks the customers used in a calendar month.
type UsageMonth struct {
	// Month is such as "2026-11", in the time zone of the partner's workspace.
	Month string `json:"month"`
	Tasks int64  `json:"tasks"`
}

// CustomerUsage is the usage of one customer.
type CustomerUsage struct {
	Customer   string `json:"customer"`
	Name       string `json:"name,omitempty"`
	ExternalID string `json:"external_id,omitempty"`
	// Tasks are all of the months together, Months those with at least one.
	Tasks  int64        `json:"tasks"`
	Months []UsageMonth `json:"months"`
	// TaskCount and TaskLimit are those of the present billing period, nil where
	// the service states none.
	TaskCount *int64 `json:"task_count"`
	TaskLimit *int64 `json:"task_limit"`
}

// Usage is the usage of all customers in the last twelve calendar months.
type Usage struct {
	At time.Time `json:"at"`
	// Months are the sums of all customers, in the order of time.
	Months []UsageMonth `json:"months"`
	// Customers are sorted by their tasks, the busiest first.
	Customers []CustomerUsage `json:"customers"`
}

// ErrUsageShape says that the service sends usage in a form that is not known:
// Unverified are the keys of its response. workato.UsageService.Monthly has it as
// received.
var ErrUsageShape = errors.New("provision: the response with the usage has a form that is not known")

// ReadUsage reads the usage of all customers by month, which is one call and the
// list of customers. The result is complete, or there is an error. Customers
// without any usage are in it, with no months.
func ReadUsage(ctx context.Context, client *workato.Client) (*Usage, error) {
	monthly, err := client.Usage.Monthly(ctx)
	if err != nil {
		return nil, err
	}
	tasks, err := readMonths(monthly.Raw)
	if err != nil {
		return nil, err
	}
	usage := &Usage{At: time.Now()}
	sums := map[string]int64{}
	for user, err := range client.ManagedUsers.All(ctx, nil) {
		if err != nil {
			return nil, fmt.Errorf("provision: the list of customers: %w", err)
		}
		row := CustomerUsage{
			Customer: user.CustomerID().String(), Name: user.Name, ExternalID: textOf(user.ExternalID),
			TaskCount: user.TaskCount, TaskLimit: user.TaskLimit,
		}
		months := tasks[row.Customer]
		delete(tasks, row.Customer)
		row.add(months, sums)
		usage.Customers = append(usage.Customers, row)
	}
	for _, id := range slices.Sorted(maps.Keys(tasks)) { // of customers that are not in the list any more
		row := CustomerUsage{Customer: id}
		row.add(tasks[id], sums)
		usage.Customers = append(usage.Customers, row)
	}
	slices.SortStableFunc(usage.Customers, func(a, b CustomerUsage) int { return cmp.Compare(b.Tasks, a.Tasks) })
	usage.Months = inOrder(sums)
	return usage, nil
}

func (u *CustomerUsage) add(months, sums map[string]int64) {
	u.Months = inOrder(months)
	for month, n := range months {
		u.Tasks += n
		sums[month] += n
	}
}

func inOrder(months map[string]int64) []UsageMonth {
	list := []UsageMonth{}
	for _, month := range slices.Sorted(maps.Keys(months)) {
		list = append(list, UsageMonth{month, months[month]})
	}
	return list
}

// readMonths reads tasks by customer and month: an object with the ids of the
// customers as keys, and in each an object with the months as keys, or a list of
// objects with a month and a count. No source shows the response, so whatever says
// the same in another way is an error.
func readMonths(raw json.RawMessage) (map[string]map[string]int64, error) {
	rows := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &rows); err != nil {
		return nil, ErrUsageShape
	}
	usage := make(map[string]map[string]int64, len(rows))
	for id, months := range rows {
		counts, err := readCounts(months)
		if err != nil {
			return nil, fmt.Errorf("%w: customer %s: %w", ErrUsageShape, id, err)
		}
		usage[id] = counts
	}
	return usage, nil
}

func readCounts(raw json.RawMessage) (map[string]int64, error) {
	counts := map[string]int64{}
	if err := json.Unmarshal(raw, &counts); err == nil {
		return counts, nil
	}
	var list []map[string]json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, errors.New("neither an object nor a list of months")
	}
	for _, row := range list {
		var month string
		var n int64
		if json.Unmarshal(firstOf(row, "month", "date", "period"), &month) != nil || json.Unmarshal(firstOf(row, "tasks", "task_count", "count"), &n) != nil {
			return nil, errors.New("a row has no month and number of tasks")
		}
		counts[month] += n
	}
	return counts, nil
}

func firstOf(row map[string]json.RawMessage, keys ...string) json.RawMessage {
	for _, key := range keys {
		if value, ok := row[key]; ok {
			return value
		}
	}
	return nil
}
