// From the domain's values to messages.
#pragma once

#include "services/storage/model/object.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::storage {

v1::Bucket ToProto(const Bucket& bucket);
v1::Object ToProto(const Object& object);

}  // namespace triad::storage
