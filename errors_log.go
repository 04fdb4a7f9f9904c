package workato

import (
	"errors"
	"log/slog"
)

// logValue is the shape of all errors in logs: the same keys whatever the type,
// so that one query finds them. What does not apply is empty.
func logValue(err error, message string) slog.Value {
	var call *CallError
	if !errors.As(err, &call) {
		call = new(CallError)
	}
	var status int
	var requestID string
	if api := new(APIError); errors.As(call.Err, &api) {
		status, requestID = api.StatusCode, api.RequestID
	}
	return slog.GroupValue(
		slog.String("operation", call.Operation),
		slog.Int("status", status),
		slog.String("message", message),
		slog.String("request_id", requestID),
		slog.Int("attempts", call.Attempts),
		slog.Bool("outcome_unknown", call.OutcomeUnknown),
	)
}
