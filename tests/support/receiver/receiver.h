// A collector in another process: keeps what is posted to it.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/process.h"

namespace triad::testing {

struct Received {
  std::string path;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

class Receiver {
 public:
  Receiver();

  std::string url() const { return "http://" + address_; }
  const std::string& address() const { return address_; }  // "127.0.0.1:PORT"

  // In the order in which they came.
  std::vector<Received> All() const;
  // How to answer from now on: {"status": 429, "headers": {…}, "hang": true}.
  void Control(const nlohmann::json& answer) const;
  void Stop() { process_->Kill(); }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<ChildProcess> process_;
  std::string address_;
};

}  // namespace triad::testing
