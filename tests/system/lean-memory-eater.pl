# `perl lean-memory-eater.pl MIB MIB_PER_SECOND`: takes memory at that rate in one thread, and keeps it, as
# memory-eater.ts does. A program so small needs no page cache: at a limit it is out of memory at once,
# where a large one reads its own code again and again.
use strict;
use warnings;
use Time::HiRes qw(sleep time);

my ($most, $per_second) = @ARGV;
my $bytes_per_mib = 1_048_576;
my $begin = time;
my @kept;
while (@kept < $most) {
    my $due = (time - $begin) * $per_second;
    push @kept, "x" x $bytes_per_mib while @kept < $due && @kept < $most;
    sleep 0.01;
}
sleep 600;
