#include "tests/support/suite.h"

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "runtime/process/suite.h"
#include "tests/support/http.h"
#include "tests/support/s3/s3_server.h"

namespace triad::testing {

std::string BinaryDirectory() {
  const char* chosen = std::getenv("TRIAD_BIN_DIR");
  return chosen != nullptr ? chosen : TRIAD_BIN_DIR;
}

Server::Server(std::string name, std::string directory, std::vector<std::string> arguments)
    : name_(std::move(name)),
      directory_(std::move(directory)),
      data_(directory_ + "/" + name_),
      arguments_(std::move(arguments)) {}

void Server::Start(const std::vector<std::string>& environment) {
  std::string refused;
  bool serves = Eventually([&] {
    Launch(environment);
    try {
      WaitUntilServing();
      return true;
    } catch (const std::runtime_error& ended) {
      refused = ended.what();
      // While it did not run, somebody else may have taken a port that it keeps.
      if (refused.find(" is in use; stop what uses it") == std::string::npos) throw;
      return false;
    }
  });
  if (!serves) throw std::runtime_error(refused);
}

void Server::Launch(const std::vector<std::string>& environment) {
  ChildProcessOptions options;
  options.program = TRIAD_SERVE;
  options.arguments = {
      BinaryDirectory(),  name_, directory_, "--listen=" + address_, "--admin_listen=" + admin_,
      "--log_format=json"};
  options.arguments.insert(options.arguments.end(), arguments_.begin(), arguments_.end());
  options.environment = environment;
  options.log = directory_ + "/" + name_ + "." + std::to_string(runs_++) + ".log";
  process_ = std::make_unique<ChildProcess>(std::move(options));
}

void Server::WaitUntilServing() {
  auto line = nlohmann::json::parse(process_->WaitForLine(R"("message":"serving")"));
  address_ = line.at("listen");
  admin_ = line.at("admin");
}

double Server::Metric(const std::string& name) const {
  std::istringstream lines(Get("http://" + admin_ + "/metrics").body);
  double sum = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind(name, 0) != 0) continue;
    char next = line[name.size()];
    if (next == '{' || next == ' ') sum += std::stod(line.substr(line.rfind(' ') + 1));
  }
  return sum;
}

namespace {

// Arguments of storage. A prefix belongs to one storage alone.
std::vector<std::string> BlobArguments() {
  static int suites = 0;
  const char* chosen = std::getenv("TRIAD_TEST_BLOBS");
  if (chosen == nullptr || std::string(chosen) != "s3") return {};
  return SharedS3Server().Arguments("suite-" + std::to_string(++suites));
}

}  // namespace

Suite::Suite(SuiteOptions options) {
  std::vector<std::string>& storage = options.arguments["storage"];
  std::vector<std::string> blobs = BlobArguments();
  storage.insert(storage.begin(), blobs.begin(), blobs.end());
  auto launch = [&](const std::string& name) {
    auto server =
        std::make_unique<Server>(name, directory_.path(), std::move(options.arguments[name]));
    server->Launch(options.environment[name]);
    servers_[name] = std::move(server);
  };
  absl::Span<const SuiteServer> services = SuiteServers();
  services.remove_suffix(1);  // the gateway, which calls them
  for (const SuiteServer& service : services) launch(service.name);
  for (const SuiteServer& service : services) {
    server(service.name).WaitUntilServing();
    options.arguments["gateway"].push_back(std::string(service.name) + "=" +
                                           server(service.name).address());
  }
  launch("gateway");
  gateway().WaitUntilServing();
}

std::string Suite::Url(const std::string& path) const {
  return "http://" + servers_.at("gateway")->address() + path;
}

}  // namespace triad::testing
