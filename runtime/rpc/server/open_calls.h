// How many calls are open, as gRPC counts them (channelz): also those whose request has not
// arrived whole, which nothing else of gRPC tells.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace triad::rpc {

struct ConnectionCalls {
  std::string uri;   // of the other end: UriOf
  std::string peer;  // whose calls count together
  std::int64_t open = 0;
};

// As gRPC names the other end of a connection, such as "ipv4:127.0.0.1:1234".
std::string UriOf(const boost::asio::ip::tcp::endpoint& end);

// Of each connection of all servers of this process, without its peer. Takes some 20 us for
// each. (The sum that gRPC keeps for a server loses count of calls that end early.)
std::vector<ConnectionCalls> CountOpenCalls();

struct CallLimits {
  std::int64_t max = 0;                 // of all connections
  std::int64_t max_per_connection = 0;  // which a client may ignore that has not agreed to it
};

// The connections that have to end so that the limits hold: each that is over its own, and
// of the peer that has most calls the one with most, until all together are few enough.
std::vector<ConnectionCalls> ConnectionsOverLimit(std::vector<ConnectionCalls> connections,
                                                  const CallLimits& limits);

}  // namespace triad::rpc
