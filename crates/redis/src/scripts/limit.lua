-- Lets one request leave, if it is its turn; before that it takes in what has happened.
-- A member of the limit is a request, and its score the time at which it stops to count: a window after its completion, or
-- after the end of its lease as long as nobody tells of one. Times are milliseconds of this server's clock.
-- KEYS: the limit, who waits
-- ARGV: 1 the server, 2 lease, 3 window, 4 count, 5 a pause from now on, 6 whether requests left without this limit,
--       7 the request that asks (empty: none does), 8 its place (empty: the last), and for each completed request its id and
--       how long ago that was
local limit, queue = KEYS[1], KEYS[2]
local lease, window, count = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local server, id, place = 'server:' .. ARGV[1], ARGV[7], ARGV[8]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local latest = now + lease + window

-- A server that nobody has asked before has lost what the one before it knew, all of it or the last seconds.
if not redis.call('ZSCORE', limit, server) then
    if ARGV[1] ~= 'plain' then
        redis.call('DEL', limit, queue)
    end
    redis.call('ZADD', limit, 'GT', 'inf', server, latest, 'pause')
elseif ARGV[6] == '1' then
    redis.call('ZADD', limit, 'GT', latest, 'pause')
end
if ARGV[5] ~= '0' then
    redis.call('ZADD', limit, 'GT', now + ARGV[5], 'pause')
end
for i = 9, #ARGV, 2 do
    -- One more, since the clock was rounded down. Told late or twice, it only counts for longer than it must.
    redis.call('ZADD', limit, 'XX', 'LT', now - ARGV[i + 1] + 1 + window, ARGV[i])
end
redis.call('ZREMRANGEBYSCORE', limit, '-inf', now)

-- When those that count stop to count, in that order. The asking one itself has not left yet.
local ends, pause = {}, 0
local members = redis.call('ZRANGE', limit, 0, -1, 'WITHSCORES')
for i = 1, #members, 2 do
    local member, score = members[i], tonumber(members[i + 1])
    if member == 'pause' then
        pause = score - now
    elseif member ~= id and string.sub(member, 1, 7) ~= 'server:' then
        if score > latest then
            -- The clock was set back.
            score = latest
            redis.call('ZADD', limit, score, member)
        end
        ends[#ends + 1] = score - now
    end
end
if id == '' then
    return { 0, 0, pause, 0, '' }
end

-- Who has not asked for a second is passed over, and has its place back when it asks again.
redis.call('ZREMRANGEBYSCORE', queue, '-inf', now - 1000)
redis.call('ZREMRANGEBYSCORE', queue, '(' .. now, 'inf')
if place == '' then
    place = string.format('%014.0f:%s', now, id)
end
redis.call('ZADD', queue, now, place)
local before = 0
for _, other in ipairs(redis.call('ZRANGE', queue, 0, -1)) do
    if other < place then
        before = before + 1
    end
end

local frees = #ends - count + 1 + before
local free = 0
if frees > #ends then
    free = window
elseif frees > 0 then
    free = ends[frees]
end
free = math.max(pause, free)
if before == 0 and free <= lease / 8 then
    redis.call('ZADD', limit, latest, id)
    redis.call('ZREM', queue, place)
    return { 1, free, pause, 0, '' }
end
-- One that completes now stops to count in a window.
local soonest = math.max(pause, math.min(free, window))
return { 0, soonest, pause, math.max(20, math.min(250, soonest - lease / 8)), place }
