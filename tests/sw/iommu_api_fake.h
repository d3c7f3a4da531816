// An SMMU, PCI functions and a caller's memory for the API, which write down what they are told.
#pragma once
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sw_stubs/iommu_api/context.h"
#include "sw_stubs/port/host/machine.h"

namespace smmu::test {

using sw::iommu_api::Errno;

/// What happened, in order: "install 8", "ats off", "barrier", "send 1", "invalidate".
using Log = std::vector<std::string>;

class FakeInstance : public sw::iommu_api::Instance {
public:
    struct Page {
        uint64_t pa;
        sw::Mapping mapping;
    };
    struct Table {
        bool used = false;
        sw::iommu_api::DomainRequest request{};
        std::map<uint64_t, Page> pages{};
    };
    struct Sent {
        std::vector<arch::Command> list;
        sw::iommu_api::Wait wait;
    };
    struct Forgotten {
        sw::iommu_api::Invalidation what;
        std::vector<sw::iommu_api::AtcTarget> targets;
    };

    explicit FakeInstance(Log& log) : log_(log) {
        auto& f = facts_.features;
        f.stage1 = f.stage2 = f.nesting = f.fwb = f.ats = f.stall = true;
        f.attribute_override = true;
        f.address_bits = 44;
        f.address_size_code = 4;
        f.substream_bits = 8;
    }

    // How it behaves.
    sw::iommu_api::InstanceFacts facts_{};
    Errno next_map = Errno::None;     ///< what the next map() says
    Errno next_create = Errno::None;  ///< what the next create_domain() says
    unsigned sends_that_work = ~0u;   ///< the ones after it time out
    bool has_cds = true;
    uint16_t next_vmid = 0x21;

    // What was done.
    std::set<uint32_t> claimed{};
    std::map<uint32_t, arch::Ste> stes{};
    std::map<uint32_t, arch::Cd> cds{};  ///< by substream
    std::vector<Sent> sent{};
    std::vector<Forgotten> forgotten{};
    Table tables[64]{};

    sw::iommu_api::InstanceFacts facts() const override { return facts_; }

    Errno create_domain(const sw::iommu_api::DomainRequest& request,
                        sw::iommu_api::DomainId& id) override {
        if (next_create != Errno::None) return std::exchange(next_create, Errno::None);
        for (uint16_t i = 0; i < 64; ++i)
            if (!tables[i].used) {
                tables[i] = {true, request, {}};
                id = {i};
                return Errno::None;
            }
        return Errno::NoMem;
    }
    void destroy_domain(sw::iommu_api::DomainId id) override {
        EXPECT_TRUE(tables[id.value].pages.empty()) << "everything is unmapped before";
        tables[id.value].used = false;
    }
    sw::iommu_api::Domain domain(sw::iommu_api::DomainId id) const override {
        const Table& t = tables[id.value];
        sw::iommu_api::Domain d;
        d.stage = t.request.stage;
        const unsigned bits = d.stage == sw::Stage::Two ? facts_.features.address_bits : 48;
        d.aperture_last = (uint64_t{1} << bits) - 1;
        d.stage1.ttb = 0x8000'0000 + id.value * 0x1000;
        d.stage1.asid = {static_cast<uint16_t>(id.value + 1)};
        d.stage2.ttb = 0x9000'0000 + id.value * 0x1000;
        d.stage2.vmid = {static_cast<uint16_t>(next_vmid + id.value)};
        d.stage2.types = t.request.types;
        return d;
    }
    Errno map(sw::iommu_api::DomainId id, sw::AddressRange range, uint64_t pa,
              const sw::Mapping& mapping) override {
        if (next_map != Errno::None) return std::exchange(next_map, Errno::None);
        auto& pages = tables[id.value].pages;
        for (uint64_t at = 0; at < range.size; at += 0x1000)
            if (pages.count(range.input + at) != 0) return Errno::Exist;
        for (uint64_t at = 0; at < range.size; at += 0x1000)
            pages[range.input + at] = {pa + at, mapping};
        return Errno::None;
    }
    Errno unmap(sw::iommu_api::DomainId id, sw::AddressRange range) override {
        log_.push_back("unmap");
        for (uint64_t at = 0; at < range.size; at += 0x1000)
            EXPECT_EQ(tables[id.value].pages.erase(range.input + at), 1u);
        return Errno::None;
    }
    Errno invalidate(const sw::iommu_api::Invalidation& what) override {
        log_.push_back("invalidate");
        forgotten.push_back({what, {what.targets, what.targets + what.target_count}});
        return spend();
    }
    Errno claim(const sw::iommu_api::Streams& streams) override {
        for (unsigned i = 0; i < streams.count; ++i)
            if (claimed.count(streams.id[i].value) != 0) return Errno::Busy;
        for (unsigned i = 0; i < streams.count; ++i) claimed.insert(streams.id[i].value);
        return Errno::None;
    }
    void release(const sw::iommu_api::Streams& streams) override {
        for (unsigned i = 0; i < streams.count; ++i)
            EXPECT_EQ(claimed.erase(streams.id[i].value), 1u);
    }
    Errno install(arch::StreamId stream, const arch::Ste& ste) override {
        log_.push_back("install " + std::to_string(stream.value));
        if (stream.value >= 0x1'0000) return Errno::Range;
        stes[stream.value] = ste;
        return spend();
    }
    Errno write_cd(const sw::iommu_api::Streams&, arch::SubstreamId substream,
                   const arch::Cd& cd) override {
        log_.push_back("cd " + std::to_string(substream.value));
        if (!has_cds) return Errno::OpNotSupp;
        cds[substream.value] = cd;
        return spend();
    }
    sw::CdTablePlace cd_table(const sw::iommu_api::Streams&, uint8_t pasid_bits) override {
        if (!has_cds) return {};
        return {0xC0'0000, arch::S1Format::Linear, pasid_bits};
    }
    Errno send(const arch::Command* list, unsigned count, sw::iommu_api::Wait wait) override {
        log_.push_back("send " + std::to_string(count));
        EXPECT_LE(count, 63u);
        sent.push_back({{list, list + count}, wait});
        return spend();
    }

private:
    Errno spend() {
        if (sends_that_work == ~0u) return Errno::None;
        if (sends_that_work == 0) return Errno::TimedOut;
        --sends_that_work;
        return Errno::None;
    }
    Log& log_;
};

class FakePci : public sw::iommu_api::PciFunction {
public:
    explicit FakePci(Log& log) : log_(log) {}
    bool on = false;
    unsigned stu = 0;
    unsigned credits = 0;  ///< of page requests; 0: off
    void enable_ats(unsigned log2_bytes) override {
        on = true;
        stu = log2_bytes;
        log_.push_back("ats on");
    }
    void disable_ats() override {
        on = false;
        log_.push_back("ats off");
    }
    void enable_page_requests(unsigned most) override {
        credits = most;
        log_.push_back("pri on");
    }
    void disable_page_requests() override {
        credits = 0;
        log_.push_back("pri off");
    }

private:
    Log& log_;
};

/// Memory at `base`; it lies at base + `physical_offset`, in runs of `run` bytes.
class FakeCaller : public sw::iommu_api::Caller {
public:
    static constexpr uint64_t base = 0x7000'0000;
    static constexpr uint64_t physical_offset = 0x1'0000'0000;

    std::vector<uint8_t> bytes = std::vector<uint8_t>(4 << 20);
    uint64_t run = 1 << 20;
    uint64_t writes_that_work = ~uint64_t{0};

    template <class T>
    uint64_t put(const T& value, uint64_t at = base) {
        std::memcpy(&bytes.at(at - base), &value, sizeof(T));
        return at;
    }
    template <class T>
    T get(uint64_t at = base) {
        T value;
        std::memcpy(&value, &bytes.at(at - base), sizeof(T));
        return value;
    }

    bool read(uint64_t address, void* to, uint64_t size) override {
        if (!holds(address, size)) return false;
        std::memcpy(to, &bytes[address - base], size);
        return true;
    }
    bool write(uint64_t address, const void* from, uint64_t size) override {
        if (!holds(address, size) || writes_that_work == 0) return false;
        --writes_that_work;
        std::memcpy(&bytes[address - base], from, size);
        return true;
    }
    sw::iommu_api::PhysicalRun resolve(uint64_t address, uint64_t size, bool) override {
        if (!holds(address, 1)) return {};
        const uint64_t left = run - (address - base) % run;
        return {address + physical_offset, size < left ? size : left};
    }

private:
    bool holds(uint64_t address, uint64_t size) const {
        return address >= base && size <= bytes.size() && address - base <= bytes.size() - size;
    }
};

/// Barriers go into the log.
class FakeMachine : public sw::host::Machine {
public:
    explicit FakeMachine(Log& log) : log_(log) {}
    uint32_t read32(uint64_t) override { return 0; }
    uint64_t read64(uint64_t) override { return 0; }
    void write32(uint64_t, uint32_t) override {}
    void write64(uint64_t, uint64_t) override {}
    void barrier() override { log_.push_back("barrier"); }

private:
    Log& log_;
};

}  // namespace smmu::test
