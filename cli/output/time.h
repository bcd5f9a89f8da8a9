// Times, as they are shown.
#pragma once

#include <google/protobuf/timestamp.pb.h>

#include <string>

namespace triad::cli {

// "2026-11-21T09:55:34Z"; empty if it is not set.
std::string FormatTime(const google::protobuf::Timestamp& time);

}  // namespace triad::cli
