// The whole suite as real processes on free ports in a temporary directory.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/process.h"

namespace triad::testing {

// Directory of the binaries under test: $TRIAD_BIN_DIR, or the build's own.
std::string BinaryDirectory();

// One binary of the suite. It keeps its ports over restarts, so that the
// gateway finds it again.
class Server {
 public:
  // `name` as in suite.json; its data and logs are below `directory`.
  Server(std::string name, std::string directory, std::vector<std::string> arguments);

  // Starts and waits until it serves.
  void Start(const std::vector<std::string>& environment = {});
  // The two halves of Start, so that several may start at a time.
  void Launch(const std::vector<std::string>& environment);
  void WaitUntilServing();
  int Stop() { return process_->Stop(); }
  void Kill() { process_->Kill(); }

  ChildProcess& process() { return *process_; }
  const std::string& address() const { return address_; }  // "127.0.0.1:PORT"
  const std::string& admin() const { return admin_; }
  const std::string& data_directory() const { return data_; }
  // Value of a metric, summed over its children; 0 if it is not there.
  double Metric(const std::string& name) const;

 private:
  std::string name_;
  std::string directory_;
  std::string data_;
  std::vector<std::string> arguments_;
  std::string address_ = "127.0.0.1:0";
  std::string admin_ = "127.0.0.1:0";
  int runs_ = 0;
  std::unique_ptr<ChildProcess> process_;
};

struct SuiteOptions {
  // Arguments by binary, and environment of its first start.
  std::map<std::string, std::vector<std::string>> arguments;
  std::map<std::string, std::vector<std::string>> environment;
};

// Starts the services of suite.json, then the gateway. Everything ends with it. With
// TRIAD_TEST_BLOBS=s3 in the environment, the content of objects is in a real S3.
class Suite {
 public:
  explicit Suite(SuiteOptions options = {});

  Server& server(const std::string& name) { return *servers_.at(name); }
  Server& config() { return server("config"); }
  Server& transform() { return server("transform"); }
  Server& storage() { return server("storage"); }
  Server& gateway() { return server("gateway"); }
  // "http://127.0.0.1:PORT" + path, at the gateway.
  std::string Url(const std::string& path) const;
  const std::string& directory() const { return directory_.path(); }

 private:
  TemporaryDirectory directory_;
  std::map<std::string, std::unique_ptr<Server>> servers_;
};

}  // namespace triad::testing
