// The two printers of `smmu-vp iort`, and the words they share.
#pragma once
#include <ostream>
#include <string>
#include <vector>

#include "sw_stubs/iort/map.h"

namespace smmu::platform::iort {

void print_text(const sw::iort::Iort& iort, std::ostream& out);
void print_json(const sw::iort::Iort& iort, std::ostream& out);

/// "0x1F": at least `digits` digits, upper case.
std::string hex(uint64_t value, unsigned digits = 1);
/// The characters of a name or identifier; what is not printable ASCII becomes '?'.
std::string printable(const sw::Bytes& text);
std::string printable(const sw::iort::Name& name);

/// "SMMUv3", "root complex", ...
std::string type_name(const sw::iort::Node& node);
/// The node and what tells it from others of its type: "SMMUv3 at 0x9050000".
std::string title(const sw::iort::Node& node);
/// title() of the node that an output reference leads to, or that there is none.
std::string reference_title(const sw::iort::Iort& iort, uint32_t reference);
/// "StreamID" towards an SMMU, "DeviceID" towards an ITS group, "ID" otherwise.
std::string id_name(const sw::iort::Iort& iort, uint32_t reference);

std::string smmu_v3_model(uint32_t model);
std::string memory_type(uint8_t attributes);

/// What is odd in a table that can be read nevertheless, a sentence each.
std::vector<std::string> warnings(const sw::iort::Iort& iort);

}  // namespace smmu::platform::iort
