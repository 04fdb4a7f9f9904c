// Package redislimit keeps any number of processes within the documented quotas
// of Workato's Embedded API, which counts all programs of a partner together.
// It is ratelimit.Limiter with its windows in Redis.
//
//	limiter, err := redislimit.New(redis.NewUniversalClient(&redis.UniversalOptions{
//		Addrs: []string{"localhost:6379"}, ContextTimeoutEnabled: true, DialTimeout: time.Second,
//	}))
//	if err != nil {
//		return err
//	}
//	client, err := workato.NewClient(workato.FromEnv(), workato.WithLimiter(limiter))
//
// All processes that call for one partner workspace have to use the same Redis,
// the same [Prefix] and the same options. Nothing is divided between them: one
// process may use the whole quota while the others are idle.
//
// # What it promises
//
// A family never gets more calls than its quota in any second, minute or hour,
// wherever it begins, whichever processes send them. The times are those of
// Redis; the clocks of the processes are used for nothing but the length of a
// sleep. Nearly all of the quota can be used. Each call is one round trip to
// Redis, and one more for each time that it had to wait.
//
// Within a process calls go in order of arrival; those that wait for an hourly
// quota let the others of their family pass. Between processes the order is
// random.
//
// A 429 pauses the lane that it is about, as in ratelimit, for all processes.
//
// A call that cannot go before the deadline of its context fails at once with a
// *ratelimit.Error: nothing was sent, and nothing is counted. A [Limiter] is safe for
// concurrent use and starts no goroutine; the client of Redis remains the caller's.
//
// # When Redis is away
//
// Without a [Fallback] a call fails at once with an [*UnavailableError], which is a
// workato.ErrLimiter: nothing was sent. With one, the calls go through it until
// Redis is back, usually a ratelimit.Limiter with the share of one process:
//
//	local, err := ratelimit.New(ratelimit.Share(1.0 / 8)) // of eight processes
//	if err != nil {
//		return err
//	}
//	limiter, err := redislimit.New(rdb, redislimit.Fallback(local))
//
// Either way Redis is asked again after a second. What the fallback let go is
// charged to the quota in Redis then, and what was sent before Redis went away
// is charged to the fallback. Still, processes that had used different parts of
// the quota can exceed it together in the minute of the change.
//
// The context's deadline ends a request to Redis only if the client has
// ContextTimeoutEnabled; set it, together with a short DialTimeout.
//
// # When Redis forgets
//
// A Redis that lost its data, by FLUSHALL or by a restart without persistence,
// has no record of calls that still count. A caller that has got a grant from it
// before notices, and pauses each lane for as long as it is counted over: the
// family for a minute, imports for an hour. Only a Redis that is asked by new
// processes alone cannot be told so. Keep the data with a replica or
// appendonly, and set maxmemory-policy to noeviction: the keys have no time to
// live, and hold at most one entry for each call of a quota.
//
// Replication is asynchronous. A replica that takes over may lack the calls
// that were granted in the last moment before the failure; and if its clock is
// ahead by more than the Margin, it grants calls too early by the difference.
//
// # Redis
//
// Version 5 or newer, single, under Sentinel or a cluster: all keys of a family
// are in one hash slot. The database may be used for other things too.
//
// docs/scale.md says when to take it, and what it costs.
package redislimit
