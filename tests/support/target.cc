#include "tests/support/target.h"

#include <cctype>
#include <cstdlib>
#include <random>
#include <stdexcept>
#include <utility>

namespace triad::testing {
namespace {

std::string Environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value != nullptr ? value : "";
}

// "http://HOST:PORT" without the scheme.
std::string AddressOf(const std::string& url) {
  std::string scheme = "http://";
  std::string address = url.substr(0, scheme.size()) == scheme ? url.substr(scheme.size()) : "";
  if (!address.empty() && address.back() == '/') address.pop_back();
  if (address.find(':') == std::string::npos) {
    throw std::runtime_error("TRIAD_TARGET_URL: '" + url + "' is not http://HOST:PORT");
  }
  return address;
}

}  // namespace

Target::Target(SuiteOptions options) {
  std::string url = Environment("TRIAD_TARGET_URL");
  if (url.empty()) suite_ = std::make_unique<Suite>(std::move(options));
  address_ = is_own() ? suite_->gateway().address() : AddressOf(url);
}

std::string Target::Url(const std::string& path) const { return "http://" + address_ + path; }

std::string Target::ServiceAddress(const std::string& name) const {
  if (!is_own()) {
    std::string variable = "TRIAD_TARGET_";
    for (char c : name) variable += static_cast<char>(std::toupper(c));
    return Environment(variable);
  }
  return suite_->server(name).address();
}

std::string Unique(const std::string& name) {
  static const std::string run = std::to_string(std::random_device{}());
  return name + "-" + run;
}

}  // namespace triad::testing
