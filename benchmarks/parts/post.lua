-- Sends messages as fast as the answers come: `wrk -s post.lua ADDRESS -- BOARD`; every message has
-- words of its own and comes from another network. Ends with a line of JSON.

local WORDS = string.rep("今天在图书馆帮忙，", 4)
local count, sender = 0, 0

local function escaped(text)
  return (text:gsub("[^%w]", function(byte) return string.format("%%%02X", byte:byte()) end))
end

local PREFIX = { huisheng = escaped(WORDS), isso = WORDS, waline = WORDS }
local BOARDS = {
  huisheng = { "/messages/new", "application/x-www-form-urlencoded", function(words)
    return "thread=board&reply_to=&nonce=&opened=&altcha=&homepage=&name=" .. escaped("志愿者")
      .. "&text=" .. words
  end },
  isso = { "/new?uri=%2Fboard%2F", "application/json", function(words)
    return '{"author":"志愿者","email":null,"website":null,"parent":null,"title":"板","text":"' .. words .. '"}'
  end },
  waline = { "/api/comment?lang=zh-CN", "application/json", function(words)
    return '{"nick":"志愿者","mail":"","link":"","url":"/board/","ua":"Mozilla/5.0","comment":"' .. words .. '"}'
  end },
}

function setup(thread)
  sender = sender + 1
  thread:set("sender", sender)
end

function init(args)
  board, prefix = BOARDS[args[1]], PREFIX[args[1]]
  origin = args[2]
  math.randomseed(os.time() * 10 + sender)
end

function request()
  count = count + 1
  local words = string.format("%s%d-%d-%d", prefix, sender, count, math.random(1, 1e9))
  local address = string.format("%d.%d.%d.%d", math.random(11, 99), math.random(0, 255),
    math.random(0, 255), math.random(1, 254))
  return wrk.format("POST", board[1], {
    ["Content-Type"] = board[2], ["Origin"] = origin, ["X-Forwarded-For"] = address,
    ["User-Agent"] = "Mozilla/5.0 (a visitor)",
  }, board[3](words))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"answers": %d, "seconds": %.6f, "median": %.3f, "p99": %.3f, "longest": %.3f, "failed": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, latency.max / 1000,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
