-- Sends one kind of request and checks every reply.
--
-- From the environment: METHOD, TARGET ("%d" stands for a number of its own for
-- each request), BODY and WANT, files that hold the body to send and the exact
-- body that has to come back (WANT unset: any body; BODY unset: none), and TYPE, the
-- Content-Type of BODY. With FRESH, a word that no other run has, each body begins
-- with it and a number of its own. With WANT_BYTES, bodies are only counted, which
-- takes less than to look at them.
local function read_file(name)
  if not name or name == "" then return nil end
  local file = assert(io.open(name, "rb"))
  local bytes = file:read("*a")
  file:close()
  return bytes
end

local method = os.getenv("METHOD")
local target = os.getenv("TARGET")
local body = read_file(os.getenv("BODY"))
local want = read_file(os.getenv("WANT"))
local fresh = os.getenv("FRESH")
local counted = os.getenv("WANT_BYTES")
wrk.headers["Content-Type"] = os.getenv("TYPE")
local numbered = target:find("%%d") ~= nil
local threads = {}

function setup(thread)
  thread:set("number", #threads * 1000000000)
  table.insert(threads, thread)
end

function init()
  wrong = 0
  example = ""
  if not numbered then whole = wrk.format(method, target, nil, body) end
end

function request()
  if whole then return whole end
  number = number + 1
  return wrk.format(method, target:format(number), nil, fresh and fresh_body() or body)
end

function fresh_body()
  local mark = fresh .. ("%016d"):format(number)
  return mark .. body:sub(#mark + 1)
end

local function check(status, headers, got)
  if status ~= 200 or (want and got ~= want) then
    wrong = wrong + 1
    example = status .. " " .. got:sub(1, 200):gsub("[^%w%p ]", "?")
  end
end

-- wrk keeps bodies together only for a script that has this.
if not counted then response = check end

-- One line of JSON behind wrk's own report.
function done(summary, latency)
  local all_wrong, one = 0, ""
  for _, thread in ipairs(threads) do
    all_wrong = all_wrong + thread:get("wrong")
    if thread:get("example") ~= "" then one = thread:get("example") end
  end
  if counted then all_wrong = summary.errors.status end
  local broken = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format(
    'RESULT {"requests":%d,"bytes":%.0f,"seconds":%f,"p50":%d,"p99":%d,"wrong":%d,"broken":%d,"example":%q}\n',
    summary.requests, summary.bytes, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
    all_wrong, broken, one))
end
