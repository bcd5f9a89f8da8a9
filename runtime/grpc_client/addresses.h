// The addresses behind a target, by the names in it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/io/weak_ptr.h"

namespace triad::grpc_client {

using Endpoint = boost::asio::ip::tcp::endpoint;

// Asks for the addresses of a name: the system's, or a test's.
class NameResolver {
 public:
  using Done = std::function<void(absl::StatusOr<std::vector<Endpoint>>)>;
  virtual ~NameResolver() = default;
  // `done` runs once, later, on the caller's loop.
  virtual void Resolve(const std::string& host, const std::string& port, Done done) = 0;
};

std::unique_ptr<NameResolver> MakeSystemResolver(boost::asio::io_context& context);

// One place where a target is served.
struct Address {
  std::string authority;            // "host:port" as it was given
  std::vector<Endpoint> endpoints;  // ways to it, tried in order; the first identifies it
};

// Cuts "host:port" in two; INVALID_ARGUMENT if it is not that.
absl::StatusOr<std::pair<std::string, std::string>> SplitTarget(const std::string& target);

// On one loop, as its callback.
class Addresses {
 public:
  // All that are known, each once, and what went wrong in the last look-up. A
  // name that could not be resolved keeps the addresses it had, so that services
  // can be reached while the name server cannot.
  using Done = std::function<void(const std::vector<Address>& known, const absl::Status& problem)>;

  // `target`: "host:port", or several joined by commas. `resolver` is not owned.
  Addresses(boost::asio::io_context& context, const std::string& target, NameResolver& resolver,
            absl::Duration timeout, Done done);
  Addresses(const Addresses&) = delete;
  Addresses& operator=(const Addresses&) = delete;

  // Looks every name up, unless it is at that; then calls `done`: at once, from
  // inside, if there is no name among them.
  void LookUp();

  // Whether looking again may bring anything new.
  bool can_change() const { return can_change_; }

 private:
  struct Entry {
    std::string text;
    std::string host, port;
    std::vector<Address> known;
    absl::Status problem;
    bool is_name = false;
  };

  static Entry Parse(const std::string& text);
  void LookUpEntry(Entry& entry);
  void OnResolved(Entry& entry, const absl::StatusOr<std::vector<Endpoint>>& endpoints);
  void OnTimeout();
  void Tell();

  boost::asio::steady_timer timer_;
  NameResolver& resolver_;
  const absl::Duration timeout_;
  const Done done_;
  std::vector<Entry> entries_;
  bool can_change_ = false;
  std::size_t missing_ = 0;  // answers of the round that runs
  std::uint64_t round_ = 0;  // late answers are of an earlier one
  WeakPtrFactory<Addresses> weak_factory_{this};
};

}  // namespace triad::grpc_client
