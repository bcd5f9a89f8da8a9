// A place in a real S3 for one test.
#pragma once

#include <string>

#include "services/storage/blobs/s3/client/options.h"

namespace triad::storage::s3 {

// "s3://…" below a prefix that no other test of this process has. Starts the
// server if it does not run yet.
std::string FreshTestUrl();

// How to reach it there, or at `endpoint` instead: small parts, short waits.
Options TestOptions(const std::string& endpoint = "");

}  // namespace triad::storage::s3
