#include "runtime/grpc_client/testing/fake_resolver.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace triad::grpc_client {

void FakeResolver::Set(absl::StatusOr<std::vector<std::string>> addresses) {
  MutexLock lock(mutex_);
  addresses_ = std::move(addresses);
}

int FakeResolver::questions() {
  MutexLock lock(mutex_);
  return questions_;
}

void FakeResolver::Resolve(const std::string&, const std::string& port, Done done) {
  MutexLock lock(mutex_);
  ++questions_;
  auto number = static_cast<std::uint16_t>(std::strtoul(port.c_str(), nullptr, 10));
  std::vector<Endpoint> endpoints;
  for (const std::string& address : addresses_.value_or(std::vector<std::string>())) {
    endpoints.emplace_back(boost::asio::ip::make_address(address), number);
  }
  absl::StatusOr<std::vector<Endpoint>> answer = std::move(endpoints);
  if (!addresses_.ok()) answer = addresses_.status();
  boost::asio::post(context_,
                    [done = std::move(done), answer = std::move(answer)] { done(answer); });
}

}  // namespace triad::grpc_client
