// The command line in QEMU's manner: what is taken, ignored and refused.
#include <gtest/gtest.h>

#include "platform/remote/options.h"

namespace smmu::platform::remote {
namespace {

using Words = std::vector<std::string>;

Words with_socket(const Words& words) {
    Words all{"-qtest", "unix:/s"};
    all.insert(all.end(), words.begin(), words.end());
    return all;
}

Options read(const Words& words) {
    const auto options = read_options(with_socket(words));
    EXPECT_TRUE(options) << options.refusal();
    return options ? *options : Options{};
}

std::string refusal(const Words& words) {
    const auto options = read_options(words);
    EXPECT_FALSE(options);
    return options.refusal();
}

TEST(RemoteOptions, TheProgramsNameOrQtestMakesItRemote) {
    EXPECT_TRUE(is_remote("/x/smmu-vp-system-aarch64", {}));
    EXPECT_TRUE(is_remote("smmu-vp", {"--qtest", "unix:/s"}));
    EXPECT_TRUE(is_remote("smmu-vp", {"-m", "5", "-qtest=unix:/s"}));
    EXPECT_FALSE(is_remote("smmu-vp", {"run", "--output", "qtest"}));
    EXPECT_FALSE(is_remote("smmu-vp-system-aarch64.old", {}));
}

TEST(RemoteOptions, WhatQemusTestLibraryGives) {
    const auto options = read_options({"-qtest",     "unix:/tmp/q.sock",
                                       "-qtest-log", "/dev/null",
                                       "-chardev",   "socket,path=/tmp/q.qmp,id=char0",
                                       "-mon",       "chardev=char0,mode=control",
                                       "-display",   "none",
                                       "-audio",     "none",
                                       "-machine",   "virt,acpi=off,gic-version=3,iommu=smmuv3",
                                       "-smp",       "1",
                                       "-m",         "512",
                                       "-cpu",       "max",
                                       "-net",       "none",
                                       "-device",    "iommu-testdev",
                                       "-accel",     "qtest"});
    ASSERT_TRUE(options) << options.refusal();
    EXPECT_EQ(options->qtest, "/tmp/q.sock");
    EXPECT_EQ(options->monitor, "/tmp/q.qmp");
    EXPECT_TRUE(options->machine);
    EXPECT_EQ(options->ram_mib, 512u);
    ASSERT_EQ(options->devices.size(), 1u);
    EXPECT_EQ(options->devices[0].kind, Device::Kind::IommuTestdev);
    EXPECT_FALSE(options->devices[0].slot);
}

TEST(RemoteOptions, OneDashOrTwoAndAnEqualsSign) {
    const Options o = read({"--ram", "a@0x40000000", "-ram=b@1", "--set=a.b=1", "-set", "c.d=2",
                            "--config", "c.json", "--machine=none"});
    EXPECT_EQ(o.ram, (Words{"a@0x40000000", "b@1"}));
    EXPECT_EQ(o.settings, (Words{"a.b=1", "c.d=2"}));
    EXPECT_EQ(o.config, "c.json");
    EXPECT_FALSE(o.machine);
}

TEST(RemoteOptions, UnknownOnesAreIgnoredWithTheirValue) {
    const Options o = read({"-nographic", "-smp", "4", "-frob", "--grob", "x", "-m", "7"});
    EXPECT_EQ(o.ram_mib, 7u);
}

TEST(RemoteOptions, SizesOfRam) {
    EXPECT_EQ(read({"-m", "1"}).ram_mib, 1u);
    EXPECT_EQ(read({"-m", "64M"}).ram_mib, 64u);
    EXPECT_EQ(read({"-m", "2G"}).ram_mib, 2048u);
    EXPECT_EQ(read({"-m", "size=3G,slots=2"}).ram_mib, 3072u);
    EXPECT_EQ(read({"-m", "261120"}).ram_mib, 261120u);
    EXPECT_FALSE(read({}).ram_mib);
}

TEST(RemoteOptions, SlotsAreHexadecimal) {
    const Options o = read({"-device", "smmu-test-engine,addr=10", "-device",
                            "iommu-testdev,id=x,bus=pcie.0,addr=0x1f.7"});
    ASSERT_EQ(o.devices.size(), 2u);
    EXPECT_EQ(o.devices[0].kind, Device::Kind::TestEngine);
    EXPECT_EQ(o.devices[0].slot->requester_id(), 0x80u);
    EXPECT_EQ(o.devices[1].slot->requester_id(), 0xFFu);
}

TEST(RemoteOptions, DevicesWithoutASlotTakeTheFreeOnesFromOneOn) {
    const Options o = read({"-device", "iommu-testdev", "-device", "iommu-testdev,addr=1",
                            "-device", "iommu-testdev", "-device", "iommu-testdev,addr=3.1"});
    const auto slots = slots_of(o.devices);
    ASSERT_TRUE(slots) << slots.refusal();
    std::vector<unsigned> ids;
    for (const PciSlot& slot : *slots) ids.push_back(slot.requester_id());
    EXPECT_EQ(ids, (std::vector<unsigned>{0x10, 0x08, 0x20, 0x19}));

    const auto full = slots_of(std::vector<Device>(32));
    ASSERT_FALSE(full);
    EXPECT_EQ(full.refusal(), "-device: the bus has no free slot for one more");
}

TEST(RemoteOptions, ATestEngineSaysWhoseRequesterIdItsDmaHas) {
    const Options o =
        read({"-device", "smmu-test-engine", "-device", "smmu-test-engine,requester=frame"});
    EXPECT_EQ(o.devices[0].requester, Device::Requester::Function);
    EXPECT_EQ(o.devices[1].requester, Device::Requester::Frame);
}

TEST(RemoteOptions, TheMonitorMayComeBeforeItsSocket) {
    const Options o = read({"-mon", "c,mode=control", "-chardev", "null,id=n", "-chardev",
                            "socket,id=c,path=/q,server=off"});
    EXPECT_EQ(o.monitor, "/q");
}

TEST(RemoteOptions, BadValuesOfKnownOptionsAreRefused) {
    const struct {
        Words words;
        const char* sentence;
    } cases[] = {
        {{"-m", "0"}, "-m is from 1 to 261120 MiB, not 0"},
        {{"-m", "lots"}, "-m is from 1 to 261120 MiB, not lots"},
        {{"-m", "261121"}, "-m is from 1 to 261120 MiB, not 261121"},
        {{"-m", "256G"}, "-m is from 1 to 261120 MiB, not 256G"},
        {{"-m", "18446744073709551616"}, "-m is from 1 to 261120 MiB, not 18446744073709551616"},
        {{"-m"}, "-m needs a value"},
        {{"-m", "-display", "none"}, "-m needs a value"},
        {{"-machine", "q35"}, "-machine is virt or none, not q35"},
        {{"-machine", "virt,iommu=none"}, "-machine virt always has iommu=smmuv3, not none"},
        {{"-device", "e1000"}, "-device is iommu-testdev or smmu-test-engine, not e1000"},
        {{"-device", "iommu-testdev,addr=20"},
         "-device addr is SLOT or SLOT.FUNCTION, hexadecimal, up to 1f.7, not 20"},
        {{"-device", "iommu-testdev,addr=1.8"},
         "-device addr is SLOT or SLOT.FUNCTION, hexadecimal, up to 1f.7, not 1.8"},
        {{"-device", "iommu-testdev,addr="},
         "-device addr is SLOT or SLOT.FUNCTION, hexadecimal, up to 1f.7, not "},
        {{"-device", "iommu-testdev,color=red"},
         "-device iommu-testdev takes addr, id, bus=pcie.0, not color=red"},
        {{"-device", "smmu-test-engine,requester=me"},
         "-device smmu-test-engine takes addr, id, bus=pcie.0, requester=function|frame, not "
         "requester=me"},
        {{"-device", "iommu-testdev,requester=frame"},
         "-device iommu-testdev takes addr, id, bus=pcie.0, not requester=frame"},
        {{"-device", "iommu-testdev,bus=pcie.7"},
         "-device iommu-testdev takes addr, id, bus=pcie.0, not bus=pcie.7"},
        {{"-chardev", "socket,path=/q"}, "-chardev needs id=NAME"},
        {{"-chardev", "socket,id=c"}, "-chardev socket needs path=PATH"},
        {{"-chardev", "socket,id=c,path=/q,server=on"},
         "-chardev socket connects to a client that listens: leave server out"},
        {{"-mon", "chardev=c"}, "-mon speaks QMP only: add mode=control"},
        {{"-mon", "mode=control"}, "-mon needs chardev=ID"},
        {{"-mon", "chardev=c,mode=control"}, "-mon: there is no -chardev socket with id=c"},
        {{"image"}, "there is a word too many on the command line: image"},
        {{"-smp", "1", "2"}, "there is a word too many on the command line: 2"},
    };
    for (const auto& c : cases) EXPECT_EQ(refusal(with_socket(c.words)), c.sentence);

    EXPECT_EQ(refusal({}), "give -qtest unix:PATH: the socket on which the client listens");
    EXPECT_EQ(refusal({"-qtest", "stdio"}), "-qtest takes unix:PATH, not stdio");
    EXPECT_EQ(refusal({"-qtest", "unix:"}), "-qtest takes unix:PATH, not unix:");
    EXPECT_EQ(refusal({"-qtest", "unix:/s,server"}),
              "-qtest connects to a client that listens: leave server out");
}

}  // namespace
}  // namespace smmu::platform::remote
