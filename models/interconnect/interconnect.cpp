// The bus of the platform: how it is put together, and what does not belong to one port.
#include "interconnect/interconnect.h"

#include <algorithm>
#include <stdexcept>

#include "interconnect/ports.h"

namespace smmu {
namespace {

constexpr const char* report_id = "/smmu/interconnect";

template <class Ports>
std::string names_of(const Ports& ports) {
    std::string names;
    for (const auto& port : ports) {
        if (!names.empty()) names += ", ";
        names += port->socket.basename();
    }
    return names.empty() ? "none" : names;
}

template <class Ports>
auto& socket_named(const Ports& ports, const std::string& name) {
    for (const auto& port : ports)
        if (name == port->socket.basename()) return port->socket;
    const std::string text = "there is no port '" + name + "': choose one of " + names_of(ports);
    SC_REPORT_ERROR(report_id, text.c_str());
    throw std::out_of_range(text);  // where the report handler returns
}

}  // namespace

Interconnect::Interconnect(sc_core::sc_module_name name, const InterconnectParams& params,
                           const std::vector<UpstreamPort>& upstream,
                           const std::vector<DownstreamDevice>& devices)
    : sc_module(name),
      params_(params),
      ram_(params.ram.size, params.views, params.clean_lines),
      dice_(params.evict_seed) {
    check(upstream, devices);
    maintenance.bind(*this);
    for (const UpstreamPort& port : upstream)
        upstream_.push_back(std::make_unique<Upstream>(*this, port));
    for (const DownstreamDevice& device : devices)
        devices_.push_back(std::make_unique<Device>(*this, device));
    std::sort(devices_.begin(), devices_.end(),
              [](const auto& a, const auto& b) { return a->range.base < b->range.base; });
}

Interconnect::~Interconnect() = default;

void Interconnect::check(const std::vector<UpstreamPort>& upstream,
                         const std::vector<DownstreamDevice>& devices) const {
    const auto refuse = [](const std::string& why) { SC_REPORT_ERROR(report_id, why.c_str()); };
    if (params_.ram.size == 0 ||
        (params_.ram.base | params_.ram.size) % CoherentRam::line_size != 0)
        refuse("the RAM needs a base and a size that are multiples of 64 bytes");
    if (upstream.empty()) refuse("give the interconnect at least one upstream port");

    std::vector<DownstreamDevice> all = devices;
    all.push_back({"RAM", params_.ram});
    std::sort(all.begin(), all.end(),
              [](const auto& a, const auto& b) { return a.range.base < b.range.base; });
    for (size_t i = 0; i < all.size(); ++i) {
        if (all[i].range.size == 0)
            refuse("'" + all[i].name + "' needs a range of at least one byte");
        if (i > 0 && all[i].range.base - all[i - 1].range.base < all[i - 1].range.size)
            refuse("'" + all[i - 1].name + "' and '" + all[i].name +
                   "' overlap: give each a range of its own");
    }
}

Interconnect::UpstreamSocket& Interconnect::upstream(const std::string& name) {
    return socket_named(upstream_, name);
}

Interconnect::DeviceSocket& Interconnect::device(const std::string& name) {
    return socket_named(devices_, name);
}

Interconnect::Device* Interconnect::find_device(uint64_t address) const {
    const auto after =
        std::upper_bound(devices_.begin(), devices_.end(), address,
                         [](uint64_t at, const auto& device) { return at < device->range.base; });
    if (after == devices_.begin()) return nullptr;
    Device& before = **std::prev(after);
    return before.range.contains(address) ? &before : nullptr;
}

virt::Range Interconnect::hole_around(uint64_t address) const {
    uint64_t first = 0;
    uint64_t last = ~uint64_t{0};
    const auto shrink = [&](const virt::Range& range) {
        if (range.base > address)
            last = std::min(last, range.base - 1);
        else
            first = std::max(first, range.end());
    };
    shrink(params_.ram);
    for (const auto& device : devices_) shrink(device->range);
    return {first, last - first + 1};
}

// Only two kinds of lines can show that they left the cache: the one about to be accessed, and one
// that hides device data from a CPU, whose loads are not seen here.
void Interconnect::evict_sometimes(uint64_t offset) {
    if (dice_() % 4 != 0) return;
    const uint64_t noted = ram_.noted_lines();
    const uint64_t which = dice_() % (noted + 1);
    ram_.evict(which < noted ? ram_.noted_line(which) : offset);
}

void Interconnect::invalidate_dmi(uint64_t first, uint64_t last) {
    for (const auto& port : upstream_) port->socket->invalidate_direct_mem_ptr(first, last);
}

void Interconnect::clean(uint64_t address) {
    if (params_.ram.contains(address)) ram_.clean(address - params_.ram.base);
}
void Interconnect::clean_and_invalidate(uint64_t address) {
    if (params_.ram.contains(address)) ram_.clean_and_invalidate(address - params_.ram.base);
}
void Interconnect::invalidate(uint64_t address) {
    if (params_.ram.contains(address)) ram_.invalidate(address - params_.ram.base);
}

}  // namespace smmu
