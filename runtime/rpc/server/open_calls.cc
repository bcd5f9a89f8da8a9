#include "runtime/rpc/server/open_calls.h"

#include <grpc/grpc.h>
#include <grpc/support/alloc.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/io/peers.h"

namespace triad::rpc {
namespace {

using nlohmann::json;

constexpr std::intptr_t kPageSize = 0;  // gRPC's own

// What gRPC tells in JSON; null for something that has ended meanwhile.
json Parsed(char* text) {
  if (text == nullptr) return json();
  json parsed = json::parse(text);
  gpr_free(text);
  return parsed;
}

// JSON has 64-bit numbers as strings, and leaves out what is 0.
std::int64_t Number(const json& object, const char* name) {
  std::int64_t number = 0;
  auto found = object.find(name);
  if (found == object.end()) return 0;
  return absl::SimpleAtoi(found->get<std::string>(), &number) ? number : 0;
}

// Calls `visit` with each of the list `name` that `page` returns from an id on.
template <typename Page, typename Visit>
void ForEach(const char* name, Page page, Visit visit) {
  std::intptr_t from = 0;
  for (;;) {
    json list = Parsed(page(from));
    for (const json& one : list.value(name, json::array())) from = visit(one) + 1;
    if (list.value("end", false) || !list.contains(name)) return;
  }
}

std::intptr_t IdOf(const json& ref, const char* name) {
  return static_cast<std::intptr_t>(Number(ref, name));
}

std::int64_t OpenCallsOf(std::intptr_t socket) {
  json told = Parsed(grpc_channelz_get_socket(socket));
  if (!told.is_object()) return 0;
  json data = told.at("socket").value("data", json::object());
  return Number(data, "streamsStarted") - Number(data, "streamsSucceeded") -
         Number(data, "streamsFailed");
}

void AddConnectionsOf(std::intptr_t server, std::vector<ConnectionCalls>& connections) {
  auto page = [&](std::intptr_t from) {
    return grpc_channelz_get_server_sockets(server, from, kPageSize);
  };
  ForEach("socketRef", page, [&](const json& ref) {
    std::intptr_t socket = IdOf(ref, "socketId");
    // "chttp2 ipv4:127.0.0.1:1234"
    std::string name = ref.value("name", "");
    connections.push_back(
        {.uri = name.substr(name.find(' ') + 1), .peer = "", .open = OpenCallsOf(socket)});
    return socket;
  });
}

template <typename Visit>
void ForEachServer(Visit visit) {
  ForEach("server", grpc_channelz_get_servers, [&](const json& server) {
    visit(server);
    return IdOf(server.at("ref"), "serverId");
  });
}

}  // namespace

std::string UriOf(const boost::asio::ip::tcp::endpoint& end) {
  boost::asio::ip::address address = Unmapped(end.address());
  if (address.is_v4()) return absl::StrCat("ipv4:", address.to_string(), ":", end.port());
  return absl::StrCat("ipv6:%5B", address.to_string(), "%5D:", end.port());
}

std::vector<ConnectionCalls> CountOpenCalls() {
  std::vector<ConnectionCalls> connections;
  ForEachServer([&](const json& server) {
    AddConnectionsOf(IdOf(server.at("ref"), "serverId"), connections);
  });
  return connections;
}

std::vector<ConnectionCalls> ConnectionsOverLimit(std::vector<ConnectionCalls> connections,
                                                  const CallLimits& limits) {
  auto rude = std::partition(
      connections.begin(), connections.end(),
      [&](const ConnectionCalls& one) { return one.open <= limits.max_per_connection; });
  std::vector<ConnectionCalls> over(rude, connections.end());
  connections.erase(rude, connections.end());
  std::int64_t sum = 0;
  std::unordered_map<std::string, std::int64_t> by_peer;
  for (const ConnectionCalls& one : connections) {
    by_peer[one.peer] += one.open;
    sum += one.open;
  }
  while (sum > limits.max) {
    auto has_less = [&](const ConnectionCalls& a, const ConnectionCalls& b) {
      std::int64_t peers_a = by_peer[a.peer];
      std::int64_t peers_b = by_peer[b.peer];
      return peers_a != peers_b ? peers_a < peers_b : a.open < b.open;
    };
    auto most = std::max_element(connections.begin(), connections.end(), has_less);
    by_peer[most->peer] -= most->open;
    sum -= most->open;
    over.push_back(*most);
    connections.erase(most);
  }
  return over;
}

}  // namespace triad::rpc
