package redislimit

import "github.com/redis/go-redis/v9"

// The keys of a family, in one hash slot:
//
//	sent   sorted set of grants by time in microseconds, the members are their tickets
//	hour   the same for those with an hourly quota
//	state  hash: epoch, and by lane (1 second, 2 minute, 3 hour) the end of the
//	       pause, the pauses in a row, and whether the loss of older data is known
//
// All times are of Redis. A ticket makes a request that go-redis repeats after a
// lost response count once.
const prelude = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local sent, hourly, state = KEYS[1], KEYS[2], KEYS[3]
local function number(v) return string.format('%.0f', v) end
local function get(field) return tonumber(redis.call('HGET', state, field) or '0') or 0 end
local function put(field, v) redis.call('HSET', state, field, number(v)) end
`

// take grants one call or says how long to wait.
//
// ARGV 1 ticket, 2 epoch that the caller knows, 3 epoch to begin with, then limit
// and span of the second, the minute, the hour and the spacing, 0 for none.
// Result: wait in us (0: granted), lane (0: granted, 4: spacing, 5: pause),
// epoch, whether a lane has been paused and no call was accepted since.
var take = redis.NewScript(prelude + `
local limit, span = {}, {}
for i = 1, 4 do
  limit[i], span[i] = tonumber(ARGV[2 + 2 * i]), tonumber(ARGV[3 + 2 * i])
end

local epoch = redis.call('HGET', state, 'epoch')
if not epoch then
  epoch = ARGV[3]
  redis.call('HSET', state, 'epoch', epoch)
end
if ARGV[2] ~= '' and ARGV[2] ~= epoch then
  for i = 1, 3 do
    if limit[i] > 0 and get('lost' .. i) == 0 then
      put('lost' .. i, 1)
      if now + span[i] > get('pause' .. i) then put('pause' .. i, now + span[i]) end
    end
  end
end

local keep = math.max(span[1], span[2])
local strikes = 0
for i = 1, 3 do
  if limit[i] > 0 and get('strikes' .. i) > 0 then strikes = 1 end
end
if redis.call('ZSCORE', sent, ARGV[1]) then return {0, 0, epoch, strikes} end

local at, lane = now, 0
local function wait(till, why)
  if till > at then at, lane = till, why end
end
for i = 1, 3 do
  if limit[i] > 0 then wait(get('pause' .. i), 5) end
end
for i = 1, 4 do
  if limit[i] > 0 then
    local key = sent
    if i == 3 then key = hourly end
    local old = redis.call('ZREVRANGE', key, limit[i] - 1, limit[i] - 1, 'WITHSCORES')[2]
    if old then wait(tonumber(old) + span[i], i) end
  end
end
if lane > 0 then return {math.ceil(at - now), lane, epoch, strikes} end

redis.call('ZREMRANGEBYSCORE', sent, '-inf', number(now - keep))
redis.call('ZADD', sent, number(now), ARGV[1])
if limit[3] > 0 then
  redis.call('ZREMRANGEBYSCORE', hourly, '-inf', number(now - span[3]))
  redis.call('ZADD', hourly, number(now), ARGV[1])
end
return {0, 0, epoch, strikes}
`)

// charge counts calls that were not granted here.
// ARGV 1 whether they have an hourly quota, then ticket and age in us of each.
var charge = redis.NewScript(prelude + `
for i = 2, #ARGV, 2 do
  local at = number(now - tonumber(ARGV[i + 1]))
  redis.call('ZADD', sent, at, ARGV[i])
  if ARGV[1] == '1' then redis.call('ZADD', hourly, at, ARGV[i]) end
end
return redis.status_reply('OK')
`)

// refuse pauses a lane after a 429. Many calls may be under way when the quota
// ends: all their refusals are one event, which only a longer wait can prolong.
// ARGV 1 lane, 2 wait asked for in us (0: none), 3 first pause, 4 longest one that has grown.
var refuse = redis.NewScript(prelude + `
local pause, strikes = get('pause' .. ARGV[1]), get('strikes' .. ARGV[1])
local again, asked = now < pause, tonumber(ARGV[2])
if asked <= 0 then
  if again then return 0 end
  asked = math.min(tonumber(ARGV[3]) * 2 ^ math.min(strikes, 16), tonumber(ARGV[4]))
end
if not again then put('strikes' .. ARGV[1], strikes + 1) end
if now + asked > pause then put('pause' .. ARGV[1], now + asked) end
return 1
`)

// accept ends the growth of pauses. During a pause an accepted call proves
// nothing: it left before. ARGV are the lanes.
var accept = redis.NewScript(prelude + `
for i = 1, #ARGV do
  if now >= get('pause' .. ARGV[i]) then redis.call('HDEL', state, 'strikes' .. ARGV[i]) end
end
return redis.status_reply('OK')
`)

// look reads the state. ARGV are the spans of the second, the minute and the
// hour, 0 for none. Result: calls that count, then the rest of the pause, by lane.
var look = redis.NewScript(prelude + `
local result = {0, 0, 0, 0, 0, 0}
for i = 1, 3 do
  local span = tonumber(ARGV[i])
  if span > 0 then
    local key = sent
    if i == 3 then key = hourly end
    result[i] = redis.call('ZCOUNT', key, '(' .. number(now - span), '+inf')
    result[3 + i] = math.max(0, get('pause' .. i) - now)
  end
end
return result
`)
