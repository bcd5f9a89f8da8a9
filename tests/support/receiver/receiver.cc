#include "tests/support/receiver/receiver.h"

#include <stdexcept>

#include "absl/strings/escaping.h"
#include "tests/support/http.h"

namespace triad::testing {

Receiver::Receiver() {
  ChildProcessOptions options;
  options.program = TRIAD_NODE;
  options.arguments = {TRIAD_RECEIVER};
  options.log = directory_.path() + "/receiver.log";
  process_ = std::make_unique<ChildProcess>(std::move(options));
  std::string line = process_->WaitForLine("receiving on ");
  address_ = "127.0.0.1:" + line.substr(line.rfind(' ') + 1);
}

std::vector<Received> Receiver::All() const {
  std::vector<Received> all;
  for (const auto& one : Get(url() + "/received").json()) {
    Received received{one.at("path"), {}, ""};
    for (const auto& [name, value] : one.at("headers").items()) received.headers[name] = value;
    if (!absl::Base64Unescape(one.at("body").get<std::string>(), &received.body)) {
      throw std::runtime_error("the receiver's body is not base64");
    }
    all.push_back(std::move(received));
  }
  return all;
}

void Receiver::Control(const nlohmann::json& answer) const {
  HttpResponse response = Post(url() + "/control", answer.dump());
  if (response.status != 200) throw std::runtime_error("the receiver does not obey");
}

}  // namespace triad::testing
