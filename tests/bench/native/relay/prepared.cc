#include "tests/bench/native/relay/prepared.h"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/bench/native/result.h"

namespace triad::bench {
namespace {

constexpr std::size_t kPrefixBytes = 5;

std::string ReadFile(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) Fail(absl::StrCat("cannot read ", file));
  return {std::istreambuf_iterator<char>(stream), {}};
}

// Not compressed, and the length.
std::string Framed(const std::string& message) {
  std::string framed(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) {
    framed.push_back(static_cast<char>(message.size() >> shift));
  }
  return framed + message;
}

// The fields that the gateway sends, too.
std::string HeadOf(const Prepared& prepared) {
  std::string framing = prepared.streams ? std::string("Transfer-Encoding: chunked")
                                         : absl::StrCat("Content-Length: ", prepared.body.size());
  absl::string_view type =
      prepared.streams ? "text/event-stream\r\nX-Accel-Buffering: no" : "application/json";
  // Of what the gateway compresses for others.
  constexpr std::size_t kCodedBytes = 1024;
  bool is_coded = !prepared.streams && prepared.body.size() >= kCodedBytes;
  return absl::StrCat("\r\nContent-Type: ", type, "\r\nCache-Control: no-store\r\n",
                      "X-Content-Type-Options: nosniff\r\n",
                      is_coded ? "Vary: Accept-Encoding\r\n" : "", framing, "\r\n\r\n");
}

Prepared FromJson(const nlohmann::json& row) {
  Prepared prepared{.call = row.at("call"),
                    .request = Framed(ReadFile(row.at("wire"))),
                    .answer_bytes = kPrefixBytes + row.at("answer_bytes").get<std::size_t>(),
                    .streams = row.at("streams"),
                    .head = "",
                    .body = ReadFile(row.at("answer"))};
  prepared.head = HeadOf(prepared);
  if (prepared.streams) {
    prepared.body = absl::StrCat(absl::Hex(prepared.body.size()), "\r\n", prepared.body, "\r\n");
  }
  return prepared;
}

}  // namespace

PreparedAnswers LoadPrepared(const std::string& file) {
  PreparedAnswers answers;
  try {
    for (const nlohmann::json& row : nlohmann::json::parse(ReadFile(file))) {
      answers.emplace(row.at("request"), FromJson(row));
    }
  } catch (const nlohmann::json::exception& error) {
    Fail(absl::StrCat(file, ": ", error.what()));
  }
  return answers;
}

}  // namespace triad::bench
