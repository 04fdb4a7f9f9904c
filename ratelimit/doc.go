// Package ratelimit keeps clients of Workato's Embedded API within the
// documented quotas.
//
//	limiter, err := ratelimit.New()
//	...
//	client, err := workato.NewClient(workato.WithLimiter(limiter), ...)
//
// The service counts the calls of a partner's workspace per minute, over all
// customers, keys and programs, and separately for each family of operations;
// imports are counted per hour too. So give one Limiter to all clients of a
// process that call for the same partner workspace, and let processes divide the
// quotas with Share.
//
// # What it promises
//
// In no minute, wherever it begins, does a family get more calls than its
// quota, and in no hour more imports. That holds whether the service counts in
// fixed or in sliding minutes, and also on the wire, as long as the ways of two
// requests do not differ by more than the Margin.
//
// Nearly all of the quota can be used: 10,000 calls in a family of 1,000 a
// minute need at least 9 minutes, the first thousand at once and the last one
// when the ninth minute is over. The Limiter takes 9 minutes and 12 seconds.
//
// Calls go in the order in which they came. A call that cannot go before the
// deadline of its context fails at once, with an *Error, and so do waiting ones
// when a 429 pauses their family.
//
// # How it works
//
// A token bucket lets its burst through on top of its rate. To keep every
// sliding minute within the quota, burst and rate have to share it: a burst of
// half the quota leaves half the rate, a burst of one leaves no way to catch up
// after a quiet time. So the Limiter remembers the times of the last calls, 8
// bytes for each, and lets the next one go when the call one quota ago is a
// minute old. A token bucket, of golang.org/x/time/rate, only spaces the calls
// within the minute: see Burst and Spread.
//
// The price is an uneven rhythm. A job larger than its quota sends a minute's
// worth in a few seconds and then nothing for the rest of the minute. Where
// other programs need gaps to slip into, use Spread(time.Minute).
//
// The counts are those of one process and begin with it: a program that is
// started again within the minute can meet the calls of its predecessor. The
// pause after a 429 takes care of that, as it does of calls made elsewhere.
package ratelimit
