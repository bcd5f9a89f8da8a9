#include "tests/support/suite.h"

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

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
  ProcessOptions options;
  options.program = BinaryDirectory() + "/triad-" + name_;
  options.arguments = {"--listen=" + address_, "--admin_listen=" + admin_, "--log_format=json"};
  if (name_ == "config" || name_ == "storage") {
    options.arguments.push_back("--data_dir=" + data_);
  }
  options.arguments.insert(options.arguments.end(), arguments_.begin(), arguments_.end());
  options.environment = environment;
  options.log = directory_ + "/" + name_ + "." + std::to_string(runs_++) + ".log";
  process_ = std::make_unique<Process>(std::move(options));
  const auto line = nlohmann::json::parse(process_->WaitForLine(R"("message":"serving")"));
  address_ = line.at("listen");
  admin_ = line.at("admin");
}

double Server::Metric(const std::string& name) const {
  std::istringstream lines(Get("http://" + admin_ + "/metrics").body);
  double sum = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind(name, 0) != 0) continue;
    const char next = line[name.size()];
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
  const std::vector<std::string> blobs = BlobArguments();
  storage.insert(storage.begin(), blobs.begin(), blobs.end());
  const auto make = [&](const std::string& name) {
    return std::make_unique<Server>(name, directory_.path(), options.arguments[name]);
  };
  config_ = make("config");
  transform_ = make("transform");
  storage_ = make("storage");
  config_->Start(options.environment["config"]);
  transform_->Start(options.environment["transform"]);
  storage_->Start(options.environment["storage"]);
  options.arguments["gateway"].push_back(
      "--upstream=triad.config.v1.ConfigService=" + config_->address() +
      ",triad.transform.v1.TransformService=" + transform_->address() +
      ",triad.storage.v1.StorageService=" + storage_->address());
  gateway_ = make("gateway");
  gateway_->Start(options.environment["gateway"]);
}

std::string Suite::Url(const std::string& path) const {
  return "http://" + gateway_->address() + path;
}

}  // namespace triad::testing
