#include "tests/support/s3/s3_server.h"

namespace triad::testing {

S3Server::S3Server()
    : process_({.program = TRIAD_S3_SERVE,
                .arguments = {directory_.path()},
                .environment = {},
                .log = directory_.path() + "/serve.log"}) {
  std::string line = process_.WaitForLine("serving http://");
  endpoint_ = line.substr(line.find("http://"));
}

std::vector<std::string> S3Server::Arguments(const std::string& prefix) const {
  return {std::string("--blobs=s3://") + kBucket + "/" + prefix, "--s3_endpoint=" + endpoint_,
          "--s3_path_style"};
}

std::vector<std::string> S3Server::Environment() {
  return {std::string("AWS_ACCESS_KEY_ID=") + kKey, std::string("AWS_SECRET_ACCESS_KEY=") + kSecret,
          "AWS_REGION=us-east-1"};
}

S3Server& SharedS3Server() {
  static S3Server server;
  return server;
}

}  // namespace triad::testing
