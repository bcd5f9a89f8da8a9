// How blobs in S3 are reached. Plain values: main fills them from flags.
#pragma once

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "services/storage/blobs/s3/credentials/environment.h"

namespace triad::storage::s3 {

struct RetryOptions {
  // Of one request, the first one included.
  int attempts = 5;
  // The wait before the n-th retry is drawn from 0 to first_delay * 2^(n-1).
  absl::Duration first_delay = absl::Milliseconds(100);
  // The same, after S3 asked to slow down.
  absl::Duration first_slow_delay = absl::Milliseconds(500);
  absl::Duration max_delay = absl::Seconds(5);
  // How many retries the whole process may save up; ten requests that succeed earn
  // one. So an outage is not answered by a multiple of the usual load.
  int budget = 100;
};

struct Options {
  // "http://HOST:PORT" or "https://HOST"; empty: AWS's, of the region.
  std::string endpoint;
  // Empty: what AWS_REGION or AWS_DEFAULT_REGION say, else us-east-1.
  std::string region;
  // The bucket as the first segment of the path, not as a part of the host's name.
  bool path_style = false;
  // Certificates to trust, in one PEM file; empty: the system's.
  std::string ca_file;
  // Larger blobs are sent in parts of this size, 5 MiB at least. A piece of content fits.
  std::int64_t part_bytes = std::int64_t{16} << 20;
  // Bytes that all uploads together may hold. An upload that gets no more waits for its
  // own parts. If it has none under way, others are ended whose content has not moved for
  // `upload_patience`; if there are none, it is refused.
  std::int64_t upload_memory_bytes = std::int64_t{128} << 20;
  absl::Duration upload_patience = absl::Seconds(3);
  // Requests that run at a time; more of them wait.
  std::int64_t max_connections = 128;
  absl::Duration connect_timeout = absl::Seconds(3);
  // A request fails that transfers no byte, either way, for this long.
  absl::Duration stall_timeout = absl::Seconds(20);
  RetryOptions retry;
  // Where credentials are looked for.
  Environment environment = &ProcessEnvironment;
};

}  // namespace triad::storage::s3
