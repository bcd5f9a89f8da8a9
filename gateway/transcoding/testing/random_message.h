// Random messages, with the values that codecs get wrong, for tests.
#pragma once

#include <google/protobuf/message.h>

#include <memory>
#include <random>

#include "gateway/protos/descriptor_set.h"

namespace triad::gateway {

using Randomness = std::mt19937_64;

// Fills some fields of `message`, and of the messages in it, down to a few levels. Whatever it
// fills JSON can say: times are in their ranges, strings are UTF-8, an Any holds a type of its
// pool. For one thread.
void FillRandomly(Randomness& random, google::protobuf::Message& message, int levels = 3);

// Removes what JSON does not show: unknown fields, and the entries of maps whose keys come again,
// which a message that is made by reflection still has.
void Normalize(google::protobuf::Message& message);

// `wire` with its fields in another order, as long as that means the same: those of one number,
// and of one oneof, keep theirs.
std::string Shuffled(Randomness& random, const google::protobuf::Descriptor& type,
                     const std::string& wire);

}  // namespace triad::gateway
