-- Lets one process log in, and gives its login the next generation.
-- KEYS: the login
-- ARGV: who asks, for how many milliseconds at first, the generation whose owner has been waited for long enough
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local login = redis.call('HMGET', KEYS[1], 'generation', 'owner', 'until')
local generation = login[1] or '0'
if login[2] == ARGV[1] then
    -- Asked before, and the answer was lost.
    return { generation, 1 }
end
local left = (tonumber(login[3]) or 0) - now
-- No lock lives for more than an hour, unless the clock was set back.
if left > 0 and left <= 3600000 and generation ~= ARGV[3] then
    return { generation, 0 }
end
generation = string.format('%.0f', math.max(tonumber(generation) + 1, now))
redis.call('HSET', KEYS[1], 'generation', generation, 'owner', ARGV[1], 'until', now + ARGV[2])
return { generation, 1 }
