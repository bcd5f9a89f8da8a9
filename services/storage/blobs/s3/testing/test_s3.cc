#include "services/storage/blobs/s3/testing/test_s3.h"

#include <atomic>

#include "absl/strings/str_cat.h"
#include "tests/support/s3/s3_server.h"

namespace triad::storage::s3 {
namespace {

using testing::S3Server;
using testing::SharedS3Server;

std::string Keys(const std::string& name) {
  if (name == "AWS_ACCESS_KEY_ID") return S3Server::kKey;
  return name == "AWS_SECRET_ACCESS_KEY" ? S3Server::kSecret : "";
}

}  // namespace

std::string FreshTestUrl() {
  static std::atomic<int> tests = 0;
  SharedS3Server();
  return absl::StrCat("s3://", S3Server::kBucket, "/test ü=+(", ++tests, ")/blobs");
}

Options TestOptions(const std::string& endpoint) {
  Options options;
  options.endpoint = endpoint.empty() ? SharedS3Server().endpoint() : endpoint;
  options.path_style = true;
  options.part_bytes = 5 << 20;
  options.stall_timeout = absl::Seconds(5);
  options.retry.first_delay = absl::Milliseconds(1);
  options.retry.first_slow_delay = absl::Milliseconds(1);
  options.retry.budget = 1000;
  options.environment = &Keys;
  return options;
}

}  // namespace triad::storage::s3
