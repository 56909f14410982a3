package snowstream.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes a channel's batches from a socket and answers each with its rejected rows: see src/bridge/batch-stream.ts.
 *
 * <p>A socket costs Node's thread no call of Java, so Node never waits for the garbage collector, which stops every
 * thread that calls Java.
 */
public final class BatchStream implements Runnable {
  private static final int BUFFER = 1 << 16;
  /** The kinds of requests; src/bridge/batch-frames.ts has them, too. */
  private static final int SENT = 1;
  private static final int REST = 2;

  /** The result of a request. */
  private static final int DONE = 0;
  private static final int FAILED = 1;

  private static final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private final BatchInserter inserter;
  private final int port;
  private final String secret;
  private final Thread thread;

  /**
   * Connects to Node and reads, on a daemon thread of its own.
   *
   * @param port on which Node listens, on this machine
   * @param secret that authenticates this connection to Node
   */
  public BatchStream(BatchInserter inserter, int port, String secret) {
    this.inserter = inserter;
    this.port = port;
    this.secret = secret;
    thread = Daemon.start("batches", this);
  }

  /** Interrupts an insert that took too long; whether it stops is up to the SDK. */
  public void giveUp() {
    thread.interrupt();
  }

  @Override
  public void run() {
    try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port)) {
      open.add(socket);
      try {
        serve(socket);
      } finally {
        open.remove(socket);
      }
    } catch (EOFException ended) {
      // Node has closed its end.
    } catch (OutOfMemoryError full) {
      // Node sees the end of the socket, and asks Heap; uncaught, its trace would be on stderr.
    } catch (IOException broken) {
      // Node sees it too, and fails the insert that waits.
    }
  }

  private void serve(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER));
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    out.write(secret.getBytes(UTF_8));
    while (Heap.hasRoomFor(0)) {
      byte[] answer = answerTo(in);
      // After any thread ran out of memory, the answers of the SDK cannot be relied on.
      if (!Heap.hasRoomFor(0)) return;
      out.writeInt(answer.length);
      out.write(answer);
    }
  }

  private byte[] answerTo(DataInputStream in) throws IOException {
    int kind = in.readInt();
    int trailingCells = in.readInt();
    String offsetToken = new String(in.readNBytes(in.readInt()), UTF_8);
    int[] rowIndexes = readInts(in);
    int[] excludedRows = readInts(in);
    byte[] cells = new byte[in.readInt()];
    in.readFully(cells);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream answer = new DataOutputStream(bytes);
    try {
      String[] rejected =
          kind == SENT
              ? inserter.insertSent(cells, trailingCells, offsetToken)
              : kind == REST
                  ? inserter.insertRest(cells, rowIndexes, excludedRows, offsetToken)
                  : inserter.insert(cells, offsetToken);
      answer.writeInt(DONE);
      for (String text : rejected) writeText(answer, text);
    } catch (Throwable error) {
      bytes.reset();
      answer.writeInt(FAILED);
      writeText(answer, error.getMessage() == null ? error.toString() : error.getMessage());
      writeText(answer, traceOf(error));
    }
    return bytes.toByteArray();
  }

  /**
   * Closes all of them after memory has run out: Node notices, and asks Heap. Without it an insert could wait forever
   * for a thread of the SDK that has died, and Node would have to poll by calls of Java, each of which waits for the
   * garbage collector.
   */
  static void closeAll() {
    for (Socket socket : open) {
      try {
        socket.close();
      } catch (IOException closed) {
        // It is closed already.
      }
    }
  }

  private static int[] readInts(DataInputStream in) throws IOException {
    int[] ints = new int[in.readInt()];
    for (int index = 0; index < ints.length; index++) ints[index] = in.readInt();
    return ints;
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String traceOf(Throwable error) {
    StringWriter trace = new StringWriter();
    error.printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }
}
