// The flags of triad-storage.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "services/storage/blobs/s3/client/options.h"
#include "services/storage/objects/object_store.h"
#include "services/storage/sweep/sweeper.h"

namespace triad {
class OptionParser;
}

namespace triad::storage {

// The flags that say how a place in S3 is reached. `parser` fills `s3`, which must outlive it.
void RegisterS3Place(OptionParser& parser, s3::Options& s3);
// Where blobs are: the URL that was given, or, if it is empty, a directory below the data's.
std::string BlobsUrl(const std::string& blobs, absl::string_view data_directory);

struct Options {
  std::string blobs;
  s3::Options s3;
  std::int64_t max_object_bytes = ObjectStoreOptions().max_object_bytes;
  std::int64_t inline_bytes = 16 << 10;
  SweeperOptions sweeper;

  // `parser` fills this, which must outlive it.
  void Register(OptionParser& parser);

 private:
  void RegisterUploads(OptionParser& parser);
};

}  // namespace triad::storage
