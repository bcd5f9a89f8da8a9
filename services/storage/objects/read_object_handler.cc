#include "services/storage/objects/read_object_handler.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/rpc/http_body.h"
#include "services/storage/http/download_headers.h"
#include "services/storage/http/fetch_destination.h"
#include "services/storage/http/multipart_ranges.h"
#include "services/storage/http/read_plan.h"
#include "services/storage/model/conflict.h"
#include "services/storage/objects/object_mapping.h"

namespace triad::storage {
namespace {

using Message = rpc::Encoded<google::api::HttpBody>;

constexpr std::size_t kChunk = 256 * 1024;

// The next `count` bytes of the range that is open.
absl::StatusOr<std::string> ReadBytes(const ObjectContent& content, std::int64_t count) {
  if (count == 0) return std::string();
  TRIAD_ASSIGN_OR_RETURN(std::string bytes, content.content->Read(count));
  if (static_cast<std::int64_t>(bytes.size()) == count) return bytes;
  return absl::DataLossError(
      absl::StrCat(FormatObjectName(content.object.name), ": its content is cut short"));
}

// The planned bytes, a chunk at a time. The first message is there even for an
// empty object: it carries the media type.
class ContentSource final : public rpc::BlockingSource<Message> {
 public:
  // `call` must outlive it.
  ContentSource(const rpc::Call& call, Executor& executor, ObjectContent content,
                const ReadPlan& plan)
      : rpc::BlockingSource<Message>(executor),
        call_(call),
        content_(std::move(content)),
        left_(plan.length) {}

  absl::StatusOr<std::optional<Message>> Read() override {
    if (!first_ && left_ == 0) return std::nullopt;
    bool first = std::exchange(first_, false);
    auto chunk = static_cast<std::int64_t>(call_.RoomForAnswer(kChunk));
    std::int64_t count = std::min(chunk, left_);
    TRIAD_ASSIGN_OR_RETURN(std::string bytes, ReadBytes(content_, count));
    left_ -= count;
    return rpc::HttpBodyOf(first ? content_.object.content_type : "", std::move(bytes));
  }

 private:
  const rpc::Call& call_;
  const ObjectContent content_;
  std::int64_t left_;
  bool first_ = true;
};

// Several ranges, a chunk at a time, and what stands around them.
class PartsSource final : public rpc::BlockingSource<Message> {
 public:
  // `call` must outlive it. `content` is open at the first of `parts`.
  PartsSource(const rpc::Call& call, Executor& executor, ObjectContent content,
              MultipartRanges parts)
      : rpc::BlockingSource<Message>(executor),
        call_(call),
        content_(std::move(content)),
        parts_(std::move(parts)) {}

  absl::StatusOr<std::optional<Message>> Read() override {
    if (ended_) return std::nullopt;
    std::string content_type = next_ == 0 ? parts_.ContentType() : "";
    TRIAD_ASSIGN_OR_RETURN(std::string bytes, ReadOn());
    return rpc::HttpBodyOf(content_type, std::move(bytes));
  }

 private:
  absl::StatusOr<std::string> ReadOn() {
    if (left_ > 0) {
      std::int64_t count = std::min(static_cast<std::int64_t>(call_.RoomForAnswer(kChunk)), left_);
      left_ -= count;
      return ReadBytes(content_, count);
    }
    if (next_ == parts_.ranges().size()) {
      ended_ = true;
      return parts_.End();
    }
    const ContentRange& range = parts_.ranges()[next_];
    if (next_ > 0) content_.content->Seek({range.offset, range.length});
    left_ = range.length;
    return parts_.HeadOf(next_++);
  }

  const rpc::Call& call_;
  const ObjectContent content_;
  const MultipartRanges parts_;
  std::size_t next_ = 0;   // part whose head has not been sent
  std::int64_t left_ = 0;  // bytes of the part before
  bool ended_ = false;
};

// A stream without any message.
class EmptySource final : public rpc::Source<Message> {
 public:
  void Next(Done done) override { done(std::nullopt); }
  void Cancel() override {}
};

ReadHeaders HeadersOf(const rpc::Call& call) {
  return {call.Header("if-match"),          call.Header("if-none-match"),
          call.Header("if-modified-since"), call.Header("if-unmodified-since"),
          call.Header("if-range"),          call.Header("range")};
}

void SetHead(rpc::Call& call, const DownloadHead& head) {
  if (head.status.has_value()) call.SetHttpStatus(*head.status);
  for (const auto& [name, value] : head.headers) call.SetHttpHeader(name, value);
}

absl::Status CheckDestination(const rpc::Call& call) {
  if (!ActsOnThePage(call.Header("sec-fetch-dest").value_or(""))) return absl::OkStatus();
  return absl::PermissionDeniedError(
      "sec-fetch-dest: objects are served neither as scripts or workers nor as style sheets");
}

// What is read first; nullopt if no content is sent.
std::optional<ByteRange> FirstRange(const ReadPlan& plan) {
  switch (plan.answer) {
    case ReadPlan::Answer::kWhole:
    case ReadPlan::Answer::kPart:
      return ByteRange{plan.offset, plan.length};
    case ReadPlan::Answer::kParts:
      return ByteRange{plan.ranges[0].offset, plan.ranges[0].length};
    default:
      return std::nullopt;
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<ReadObjectHandler::Source>> ReadObjectHandler::Read(
    rpc::Call& call, const v1::ReadObjectRequest& request) {
  TRIAD_RETURN_IF_ERROR(CheckDestination(call));
  TRIAD_ASSIGN_OR_RETURN(ObjectName name, ParseObjectName("name", request.name()));
  TRIAD_ASSIGN_OR_RETURN(Generation generation,
                         GenerationFromProto("generation", request.generation()));
  ReadPlan plan;
  auto choose = [&](const Object& object) -> absl::StatusOr<std::optional<ByteRange>> {
    TRIAD_RETURN_IF_ERROR(CheckHasContent(object));
    TRIAD_ASSIGN_OR_RETURN(plan, PlanRead(object, HeadersOf(call)));
    return FirstRange(plan);
  };
  TRIAD_ASSIGN_OR_RETURN(ObjectContent content, objects_.Open(name, generation, choose));
  SetHead(call, DownloadHeadOf(content.object, plan));
  if (plan.answer == ReadPlan::Answer::kParts) {
    const Object& object = content.object;
    MultipartRanges parts(object.content_type, object.size, plan.ranges, random_);
    call.SetHttpHeader("content-length", absl::StrCat(parts.ContentLength()));
    return std::make_unique<PartsSource>(call, executor_, std::move(content), std::move(parts));
  }
  if (FirstRange(plan).has_value()) {
    return std::make_unique<ContentSource>(call, executor_, std::move(content), plan);
  }
  if (plan.answer == ReadPlan::Answer::kNotModified) return std::make_unique<EmptySource>();
  if (plan.answer == ReadPlan::Answer::kPreconditionFailed) {
    return WithCurrent(
        absl::FailedPreconditionError(absl::StrCat(FormatObjectName(name),
                                                   ": it is no longer as the request's if-match or "
                                                   "if-unmodified-since says")),
        kConditionNotMet, name, content.object);
  }
  return absl::OutOfRangeError(absl::StrCat("range: begins after the end of ",
                                            FormatObjectName(name), " (", content.object.size,
                                            " bytes)"));
}

}  // namespace triad::storage
