// Package ratelimit keeps clients of Workato's Embedded API within the
// documented quotas. A [Limiter] makes each call wait until it may be sent.
//
//	limiter, err := ratelimit.New(ratelimit.Share(0.5)) // leave half of each quota to other programs
//	if err != nil {
//		return err
//	}
//	client, err := workato.NewClient(workato.FromEnv(), workato.WithLimiter(limiter))
//
// # What a quota counts
//
// The service counts all calls of a partner's admin workspace together: those
// of every customer, every API key and every program. It counts each family of
// operations separately, per minute in most cases, some per second, and imports
// also per hour. The quotas are those of workato.Operations; [Limiter.Limits]
// returns them times the share. The service may have raised them for you: then
// use [PerSecond], [PerMinute] and [PerHour].
//
// A Limiter sees only the calls of one process. Use one for all clients of a
// process that call for the same partner workspace, and divide the quotas
// between processes with [Share]: two with Share(0.5) each stay within them
// together. A process with Share(1) beside other callers does not. Processes
// that come and go share one limiter in Redis: module contrib/redislimit.
//
// For some families, such as folders, the reference states no quota. They get
// 60 calls a minute, see [Undocumented]: a job that makes many of these calls
// can wait for most of a minute.
//
// # What it promises
//
// A family never gets more calls than its quota in any second, minute or hour,
// wherever it begins. That holds whether the service counts in fixed or in
// sliding windows, and also on the wire, as long as the travel times of two
// requests differ by no more than the [Margin].
//
// Nearly all of the quota can be used: 10,000 calls in a family of 1,000 a
// minute need at least 9 minutes, the first thousand at once and the last
// thousand after the ninth minute. The Limiter takes 9 minutes and 12 seconds.
// A quota of one call a second gets 10 calls in 11 seconds.
//
// Calls go in order of arrival. A call that has given up counts for nothing.
//
// A Limiter is safe for concurrent use, starts no goroutine and needs no closing.
// It remembers 8 bytes for each call that still counts: with the whole quota of a
// family of 1,000 a minute in use, 8 kB.
//
// # Errors
//
// A call that cannot go before the deadline of its context fails at once, and so
// do waiting ones when a 429 makes their wait too long. The error is an [*Error];
// nothing was sent.
//
//	_, err := client.Folders.List(ctx, customer, nil)
//	var late *ratelimit.Error
//	if errors.As(err, &late) { // errors.Is(err, workato.ErrLimiter), too
//		fmt.Println(late.Family, "is free in", late.Wait, "because of", late.Reason)
//	}
//
// [New] refuses options that make no sense, all of them at once, with
// workato.ErrInvalidArgument.
//
// # Waits
//
// No wait is silent. [OnWait] is called for each when it starts, with the family,
// the expected duration and the reason. [Logger] logs those of more than a
// second, and [State] has their number and total. [Limiter.Delay] returns in
// advance how long a call would wait.
//
//	limiter, err := ratelimit.New(ratelimit.OnWait(func(wait ratelimit.Wait) {
//		fmt.Println(wait.Operation, "waits", wait.Duration, "for", wait.Reason)
//	}))
//
// # Pauses
//
// A 429 means that another program has used the quota too. It pauses one lane
// of the family, which is its quota per second, per minute or per hour, until
// the Retry-After of the response: see [Limiter.Observe]. The other lanes
// continue: imports that have to wait for the rest of their hour do not block
// reads of the last one's state.
//
// # Restarts
//
// The counts start with the process: a program that is restarted within the
// minute or the hour does not know the calls of its predecessor. If it keeps a
// journal of the calls it sent, [Limiter.Charge] counts them. Otherwise the
// service responds with 429 and the pause handles it.
//
// # How it works
//
// A token bucket permits its burst on top of its rate. To keep every sliding
// minute within the quota, burst and rate have to share it: a burst of half the
// quota leaves half the rate, a burst of one leaves no way to catch up after a
// quiet time. So the Limiter remembers the times of the last calls, and lets the
// next one go when the call one quota ago is a minute old. A token bucket, of
// golang.org/x/time/rate, only spaces the calls within the minute: see [Burst]
// and [Spread].
//
// The price is an uneven pace. A job larger than its quota sends a minute's
// worth in a few seconds and then nothing for the rest of the minute. If other
// programs need gaps, use Spread(time.Minute).
//
// docs/scale.md says which limiter to take, and how long a job takes;
// docs/endpoints.md has the quota of each endpoint.
package ratelimit
