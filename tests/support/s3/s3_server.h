// A real S3 on a free port: Ceph's gateway, with a bucket "triad".
#pragma once

#include <string>
#include <vector>

#include "tests/support/process.h"

namespace triad::testing {

// Up after three seconds. Ends with the object, or with the test's process.
class S3Server {
 public:
  static constexpr const char* kBucket = "triad";
  static constexpr const char* kKey = "triad";
  static constexpr const char* kSecret = "triad-secret";

  S3Server();

  const std::string& endpoint() const { return endpoint_; }  // "http://127.0.0.1:PORT"
  // Of triad-storage, to keep its blobs below that prefix.
  std::vector<std::string> Arguments(const std::string& prefix) const;
  static std::vector<std::string> Environment();
  // Ends it as a loss of power does.
  void Kill() { process_.Kill(); }

 private:
  TemporaryDirectory directory_;
  ChildProcess process_;
  std::string endpoint_;
};

// The one of this process, started when it is first asked for.
S3Server& SharedS3Server();

}  // namespace triad::testing
