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
 * Takes a channel's batches from a socket and answers each with its refused rows: see src/bridge/batch-stream.ts.
 *
 * <p>What goes through a socket costs Node's thread no call of Java, and so it never waits for the garbage collector,
 * which holds up every thread that calls.
 */
public final class BatchStream implements Runnable {
  private static final int BUFFER = 1 << 16;
  /** What a request asks for; src/bridge/batch-frames.ts knows them, too. */
  private static final int SENT = 1;
  private static final int REST = 2;

  /** What became of it. */
  private static final int DONE = 0;
  private static final int FAILED = 1;

  private static final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private final BatchInserter inserter;
  private final int port;
  private final String secret;
  private final Thread thread;

  /**
   * Connects to Node and begins to read, on a daemon thread of its own.
   *
   * @param port of Node's, at this machine
   * @param secret by which Node knows who connects
   */
  public BatchStream(BatchInserter inserter, int port, String secret) {
    this.inserter = inserter;
    this.port = port;
    this.secret = secret;
    thread = Daemon.start("batches", this);
  }

  /** Asks an insert that took too long to stop; whether it does is up to the SDK. */
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
      // Node sees it, too, and whoever waits there is told.
    }
  }

  private void serve(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER));
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    out.write(secret.getBytes(UTF_8));
    while (Heap.hasRoomFor(0)) {
      byte[] answer = answerTo(in);
      // Where memory ran out, in whichever thread, what the SDK says cannot be relied on.
      if (!Heap.hasRoomFor(0)) return;
      out.writeInt(answer.length);
      out.write(answer);
    }
  }

  private byte[] answerTo(DataInputStream in) throws IOException {
    int kind = in.readInt();
    int further = in.readInt();
    String offsetToken = new String(in.readNBytes(in.readInt()), UTF_8);
    int[] places = readInts(in);
    int[] without = readInts(in);
    byte[] cells = new byte[in.readInt()];
    in.readFully(cells);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream answer = new DataOutputStream(bytes);
    try {
      String[] refusals =
          kind == SENT
              ? inserter.insertSent(cells, further, offsetToken)
              : kind == REST
                  ? inserter.insertRest(cells, places, without, offsetToken)
                  : inserter.insert(cells, offsetToken);
      answer.writeInt(DONE);
      for (String text : refusals) writeText(answer, text);
    } catch (Throwable error) {
      bytes.reset();
      answer.writeInt(FAILED);
      writeText(answer, error.getMessage() == null ? error.toString() : error.getMessage());
      writeText(answer, traceOf(error));
    }
    return bytes.toByteArray();
  }

  /**
   * Ends all of them once memory has run out: Node sees that, and asks Heap. An insert may wait without an end then,
   * for a thread of the SDK's that is no more; and Node would have to look by calls of Java, each of which waits for
   * the garbage collector.
   */
  static void closeAll() {
    for (Socket socket : open) {
      try {
        socket.close();
      } catch (IOException closed) {
        // It has ended by itself.
      }
    }
  }

  private static int[] readInts(DataInputStream in) throws IOException {
    int[] ints = new int[in.readInt()];
    for (int place = 0; place < ints.length; place++) ints[place] = in.readInt();
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
