#include "services/storage/options.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/options/options.h"

namespace triad::storage {
namespace {

// S3's own limits.
constexpr Range<std::int64_t> kPartBytes = {.min = 5 << 20, .max = std::int64_t{5} << 30};

}  // namespace

void Options::Register(OptionParser& parser) {
  parser.Add("blobs", &blobs,
             "where content is kept: local:PATH or s3://BUCKET/PREFIX; empty: "
             "local:<data_dir>/blobs");
  RegisterS3Place(parser, s3);
  RegisterUploads(parser);
  parser.Add("max_object_bytes", &max_object_bytes, "largest object, in bytes", {.min = 1});
  parser.Add("inline_bytes", &inline_bytes,
             "bytes of the largest piece of content that is kept in the database",
             {.min = 0, .max = 1 << 20});
  parser.Add("sweep_interval", &sweeper.interval,
             "how often blobs without an object are looked for");
  parser.Add("orphan_grace", &sweeper.grace,
             "how old a blob without an object must be to be removed");
}

void Options::RegisterUploads(OptionParser& parser) {
  parser.Add("s3_part_bytes", &s3.part_bytes,
             "of the largest request to S3, in bytes; larger pieces are sent in parts", kPartBytes);
  parser.Add("s3_memory_bytes", &s3.upload_memory_bytes,
             "bytes that all uploads to S3 together may hold");
  parser.AddCheck("s3_memory_bytes", [this] {
    if (s3.upload_memory_bytes >= s3.part_bytes) return absl::OkStatus();
    return absl::InvalidArgumentError("must be at least --s3_part_bytes");
  });
  parser.Add("s3_connections", &s3.max_connections, "requests to S3 that run at a time",
             {.min = 1});
}

void RegisterS3Place(OptionParser& parser, s3::Options& s3) {
  parser.Add("s3_endpoint", &s3.endpoint, "http://HOST:PORT or https://HOST; empty: AWS's");
  parser.Add("s3_region", &s3.region, "empty: AWS_REGION, AWS_DEFAULT_REGION, or us-east-1");
  parser.Add("s3_path_style", &s3.path_style, "the bucket as part of the path, not of the host");
  parser.Add("s3_ca_file", &s3.ca_file, "PEM file of certificates to trust; empty: the system's");
}

std::string BlobsUrl(const std::string& blobs, absl::string_view data_directory) {
  return blobs.empty() ? absl::StrCat("local:", data_directory, "/blobs") : blobs;
}

}  // namespace triad::storage
